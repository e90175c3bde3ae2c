"""CT numbers of bone beside the T-scores of quantitative CT."""
