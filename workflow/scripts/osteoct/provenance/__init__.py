"""Where every number of a run comes from: what it was made of, and whether it still is so."""
