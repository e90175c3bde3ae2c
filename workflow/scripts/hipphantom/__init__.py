"""Digital hip phantoms: patients whose anatomy, bone density and disease are known exactly."""
