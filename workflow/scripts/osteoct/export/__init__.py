"""A patient's results as DICOM objects for a viewer: ``make seg`` and ``make pdf``."""
