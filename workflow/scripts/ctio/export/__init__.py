"""Results back into a hospital's viewer: the outline and the patient's sheet as DICOM objects."""
