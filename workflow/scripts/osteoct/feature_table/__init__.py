"""A study that starts from an existing table of features."""
