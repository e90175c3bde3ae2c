"""What can be wrong with a scan or a segmentation, and what to do about it."""
