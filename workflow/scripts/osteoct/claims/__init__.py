"""What printed results of a paper imply."""
