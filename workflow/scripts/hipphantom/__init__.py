"""Digital hip phantoms: patients whose anatomy, bone density and disease are known exactly.

The names of `PUBLIC` are loaded when they are asked for: the names of the patients cost no NumPy.
"""

from importlib import import_module

PUBLIC = {
    "Grid": "hipphantom.geometry",
    "Phantom": "hipphantom.patient",
    "draw_cohort": "hipphantom.demography",
    "count_exclusions": "hipphantom.demography",
    "patient_names": "hipphantom.names",
    "simulate": "hipphantom.patient",
}
__all__ = sorted(PUBLIC)


def __getattr__(name):
    if name in PUBLIC:
        return getattr(import_module(PUBLIC[name]), name)
    raise AttributeError(f"module 'hipphantom' has no attribute {name!r}")
