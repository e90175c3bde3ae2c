"""Names of synthetic patients."""


def patient_names(screened):
    """Names of the patients in order of examination.

    Examples
    --------
    >>> patient_names(3)
    ['S0001', 'S0002', 'S0003']
    """
    return [f"S{number:04d}" for number in range(1, screened + 1)]
