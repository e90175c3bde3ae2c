"""A study that begins at an existing table of features."""
