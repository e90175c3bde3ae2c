"""The femoral neck, found in the mask of a femur by its shape alone."""
