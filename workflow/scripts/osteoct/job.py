"""The one place that touches the process a Snakemake job runs in."""

import os
import sys
import warnings


def log_to(path):
    """Send everything this job says to its log: prints, tracebacks, C++ and child processes.

    Parameters
    ----------
    path : str
        The job's log file; it is created or emptied.

    Returns
    -------
    callable
        ``say(text)``: one line to the console, past the log, for the progress of long jobs.
    """
    console = os.dup(sys.stderr.fileno())
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())
    warnings.simplefilter("default")

    def say(text):
        os.write(console, f"{text}\n".encode())

    return say
