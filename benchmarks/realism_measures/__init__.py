"""How much a CT of a hip resembles another: measures, pictures and the table of `realism.py`."""
