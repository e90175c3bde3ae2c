"""A hospital's files in: which DICOM series of many, and as what image."""
