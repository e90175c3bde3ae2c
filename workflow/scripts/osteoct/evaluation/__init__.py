"""Performance, calibration, comparisons, and their intervals."""
