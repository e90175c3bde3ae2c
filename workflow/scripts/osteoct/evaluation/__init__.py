"""How good the classes are, and how sure that is."""
