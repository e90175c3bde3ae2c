"""What may be wrong with one patient while the others go on."""


class PatientProblem(Exception):
    """One patient's data cannot be used: what was found, and what to do about it.

    Parameters
    ----------
    reason : str
    found : dict, optional
        What was measured all the same; it stays in the patient's record.
    """

    def __init__(self, reason, found=None):
        super().__init__(reason)
        self.found = found or {}
