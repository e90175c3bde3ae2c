"""What can be wrong with a scan or a mask, and what to do about it."""
