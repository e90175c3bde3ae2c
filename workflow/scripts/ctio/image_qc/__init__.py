"""Whether a CT and its segmentations can be measured, and what to know about them."""
