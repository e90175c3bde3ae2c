"""How optimistic one split is: the whole modelling again in every fold of a cross-validation."""
