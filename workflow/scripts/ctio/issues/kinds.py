"""One kind of thing that can be wrong with a scan or a segmentation, and how much it weighs."""

from dataclasses import dataclass

NOTE, WARNING, REJECTED = "note", "warning", "rejected"


@dataclass(frozen=True)
class IssueKind:
    """One kind of thing that can be wrong.

    Attributes
    ----------
    level : {"note", "warning", "rejected"}
        A note is worth knowing, a warning asks somebody to look, and what is rejected, scan or
        segmentation, is not used.
    description : str
        As a noun phrase.
    remedy : str
        What a person can do, as a sentence.
    """

    level: str
    description: str
    remedy: str
