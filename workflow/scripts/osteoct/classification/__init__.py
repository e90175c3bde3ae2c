"""From features to a class for every patient."""
