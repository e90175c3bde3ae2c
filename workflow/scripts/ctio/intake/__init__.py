"""A hospital's files through the door: which scan of many, and as what image."""
