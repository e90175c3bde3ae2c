"""Radiomic features of a segmented femur."""
