"""The study's figures: data in, matplotlib Figure out."""
