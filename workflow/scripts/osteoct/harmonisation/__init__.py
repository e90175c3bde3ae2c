"""Features of several sites brought to one scale."""
