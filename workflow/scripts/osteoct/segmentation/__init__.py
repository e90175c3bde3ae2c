"""Segmentation of both proximal femora: networks, quality control, overlap with manual masks."""
