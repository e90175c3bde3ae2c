"""One CT, now: outlined and measured by networks that are trained already."""
