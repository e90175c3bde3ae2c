"""One thing that can be wrong with a scan or an outline, and how much it weighs."""

from dataclasses import dataclass

NOTE, WARNING, EXCLUSION = "note", "warning", "exclusion"


@dataclass(frozen=True)
class Check:
    """One thing that can be wrong.

    Attributes
    ----------
    level : {"note", "warning", "exclusion"}
        A note is worth knowing, a warning asks somebody to look, an exclusion means that the
        scan, or the outline, is not used.
    finds : str
        What the check looks for, as a noun phrase.
    remedy : str
        What a person can do, as a sentence.
    """

    level: str
    finds: str
    remedy: str
