"""The outline of both proximal femora: networks, training, use and overlap with readers."""
