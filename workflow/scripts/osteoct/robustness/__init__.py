"""Robustness of the features to small changes of scan and mask."""
