"""Any hospital's CT and masks in, checked LPS images out."""
