"""DICOM SEG and PDF of the series that was measured, for a viewer."""
