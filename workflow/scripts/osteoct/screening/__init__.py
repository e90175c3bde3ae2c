"""One CT segmented and measured by trained networks, outside of a study."""

import os

# The matrix products are small: in more than one thread their library mostly waits for itself.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
