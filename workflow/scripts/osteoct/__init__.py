"""Opportunistic osteoporosis screening from CT: the study's own science."""
