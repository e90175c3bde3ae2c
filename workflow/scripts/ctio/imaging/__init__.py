"""Images and masks: read, oriented LPS, resampled, written."""
