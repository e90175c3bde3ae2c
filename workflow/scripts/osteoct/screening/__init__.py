"""One CT, now: segmented and measured by networks that are trained already."""

import os

# The matrix products are small: in more than one thread their library mostly waits for itself.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
