"""Who is studied, and in which batches: known before any job runs."""

from collections import Counter

from hipphantom import patient_names
from osteoct.cohort.diagnosis import CLASSES, MIN_PATIENTS, deciding_t_scores, diagnose
from osteoct.cohort.tables import read_cohort, read_participants
from osteoct.storage import StudyProblem

SYNTHETIC_FOLDER = "resources/synthetic"


def cohort_tables(cohort):
    """Paths of the participants table and of the QCT table.

    Parameters
    ----------
    cohort : dict
        The section of the configuration.
    """
    if cohort["source"] == "synthetic":
        return f"{SYNTHETIC_FOLDER}/participants.tsv", f"{SYNTHETIC_FOLDER}/qct.tsv"
    return cohort["participants"], cohort["qct"]


def list_patients(config):
    """Rows of the study's patients and of the new ones.

    Parameters
    ----------
    config : dict
        The configuration.

    Returns
    -------
    study, new : list of dict
        `patient`, `ct`, and the other columns of the participants table; of digital phantoms, who
        are not simulated yet, no others.

    Raises
    ------
    TableProblems
        With every problem of the tables.
    """
    if config["cohort"]["source"] == "synthetic":
        names = patient_names(config["phantom"]["screened"])
        folder = f"{SYNTHETIC_FOLDER}/patients"
        study = [{"patient": name, "ct": f"{folder}/{name}/ct.nii.gz"} for name in names]
    else:
        study, _ = read_cohort(*cohort_tables(config["cohort"]))
    if not config["new_patients"]:
        return study, []
    taken = [row["patient"] for row in study]
    return study, read_participants(config["new_patients"], taken=taken)


def require_classes(participants, measurements, *, side, diagnosis):
    """Raise StudyProblem where the tables have too few patients of a class, whatever their CTs are.

    Parameters
    ----------
    participants, measurements : list of dict
        From `read_cohort`.
    side : {"left", "right"}
        The studied hip.
    diagnosis : dict
        The section of the configuration.
    """
    edges = dict(diagnosis)
    regions = edges.pop("regions")
    scores = deciding_t_scores(measurements, side=side, regions=regions)
    known = [row["patient"] for row in participants if not row["exclusion"]]
    counts = Counter(diagnose(scores[name][0], **edges) for name in known if name in scores)
    sizes = [counts[name] for name in CLASSES]
    if min(sizes) < MIN_PATIENTS or max(sizes) == MIN_PATIENTS:
        labelled = ", ".join(f"{name} {counts[name]}" for name in CLASSES)
        raise StudyProblem(
            f"Too few patients to train and to evaluate. By the T-scores of the {side} hip the "
            f"tables have: {labelled}; expected {MIN_PATIENTS} or more of each and more of one, "
            "and hundreds for numbers that mean anything. Without such a T-score, not excluded: "
            f"{len(known) - counts.total()}. Add patients or T-scores (make qct). With few "
            "patients, segment and measure each CT alone: make screen CT=FILE_OR_FOLDER OUT=FOLDER."
        )


def split_into_batches(group, rows, size):
    """Rows of a group of patients by batch.

    Examples
    --------
    >>> split_into_batches("new", ["A", "B", "C"], 2)
    {'new-001': ['A', 'B'], 'new-002': ['C']}
    """
    starts = range(0, len(rows), size)
    return {
        f"{group}-{number:03d}": rows[start : start + size]
        for number, start in enumerate(starts, start=1)
    }
