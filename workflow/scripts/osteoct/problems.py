"""Errors of one patient's data, which do not stop the others."""

from ctio import RejectedInput


class PatientProblem(Exception):
    """One patient's data cannot be used: why not, and what to do about it.

    Parameters
    ----------
    reason : str
    found : dict, optional
        What was measured all the same; it stays in the patient's record.
    """

    def __init__(self, reason, found=None):
        super().__init__(reason)
        self.found = found or {}


PATIENT_PROBLEMS = (PatientProblem, RejectedInput)  # the study's own, and those of what it uses
