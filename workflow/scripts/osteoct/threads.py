"""How many threads the numerical libraries have."""

import os

from threadpoolctl import threadpool_limits

LIBRARIES = ("OMP", "OPENBLAS", "MKL")


def one_thread():
    """Keep the numerical libraries to one thread, here and in processes begun from here.

    Snakemake lets them have as many as the rule, and a product of matrices is another in its last
    digit where it is shared out: without this, results would depend on the number of cores.
    """
    os.environ |= {f"{name}_NUM_THREADS": "1" for name in LIBRARIES}
    threadpool_limits(1)
