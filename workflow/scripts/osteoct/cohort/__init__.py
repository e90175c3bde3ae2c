"""The cohort: its tables, image QC, diagnosis and splits."""
