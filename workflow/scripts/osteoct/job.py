"""The one place that touches the process a Snakemake job runs in."""

import logging
import os
import sys
import warnings

from osteoct.storage import StorageProblem, StudyProblem, storage_problem

ANY = "a file of the study"
logger = logging.getLogger(__name__)


def log_to(path):
    """Send everything this job writes to its log: prints, tracebacks, C++ and child processes.

    What the study's modules log from level INFO on, as the progress of long jobs, is shown on the
    console as well; DEBUG is for the job's log alone.

    Parameters
    ----------
    path : str
        The job's log file; it is created or emptied.
    """
    console = os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding="utf-8")
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())
    warnings.simplefilter("default")
    logging.basicConfig(format="%(message)s")
    show_progress(console)
    sys.excepthook = _end


def show_progress(stream):
    """Show what the study's modules log, from level INFO on, as plain lines on a stream."""
    shown = logging.StreamHandler(stream)
    shown.setLevel(logging.INFO)
    study = logging.getLogger("osteoct")
    study.setLevel(logging.DEBUG)
    study.addHandler(shown)


def _end(kind, error, trace):
    """Log why a job stopped, on the console as well: its own log may be on the full disk."""
    if isinstance(error, StudyProblem):
        logger.error("The study cannot go on. %s", error)
    is_one = isinstance(error, StorageProblem)
    if trouble := error if is_one else storage_problem(error, "results", name=ANY):
        logger.error("The job has stopped. %s", trouble)
    sys.__excepthook__(kind, error, trace)
