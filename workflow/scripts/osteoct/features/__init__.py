"""Radiomic features of an outlined femur."""
