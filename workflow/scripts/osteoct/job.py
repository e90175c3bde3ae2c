"""The one place that touches the process a Snakemake job runs in."""

import os
import sys
import warnings
from functools import partial

from osteoct.storage import StorageProblem, storage_problem

ANY = "a file of the study"


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

    sys.excepthook = partial(_end, say)
    return say


def _end(say, kind, error, trace):
    """The last words of a job: where the disk is full, its log is full as well."""
    is_one = isinstance(error, StorageProblem)
    if trouble := error if is_one else storage_problem(error, "results", name=ANY):
        say(f"The job has stopped. {trouble}")
    sys.__excepthook__(kind, error, trace)
