"""May an outlined femur be trusted: what is measured of it, and what follows."""
