"""The femoral neck, found in the outline of a femur by its shape alone."""
