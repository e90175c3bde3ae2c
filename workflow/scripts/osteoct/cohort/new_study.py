"""The skeleton of a study of your own: ``make new-study FROM=folder TO=folder``.

Every folder, archive or image file directly inside FROM is taken for the CT of one patient.
Patients are named H0001, H0002, ...; who is who is written into one file that nobody else needs,
private/identities.tsv, and the scans are reached by links of neutral names, so that no table, log
or page of the study ever has a name from the hospital in it.
"""

import sys
from pathlib import Path

from ctio import ENDINGS, read_file_slices
from osteoct.results import write_text
from osteoct.text_tables import tsv_text

PARTICIPANTS = (
    *("patient", "sex", "age", "exam_date", "qct_date", "dlp_mgy_cm"),
    *("ct", "mask", "mask_reader2", "exclusion"),
)
QCT = ("patient", "side", "region", "bmd_g_cm2", "t_score")
IDENTITIES = ("patient", "source", "hospital_id")
SETTINGS = """\
# {patients} patients; docs/cohort.md says how to go on.
# snakemake --cores 8 --configfile {path}
cohort:
  source: tables
  participants: {folder}/participants.tsv
  qct: {folder}/qct.tsv
segmentation:
  source: pretrained            # no manual mask is needed; with masks of 30 patients: finetuned
"""
SUFFIXES = (*ENDINGS, ".zip", ".dcm")
FILES_LOOKED_AT = 50  # of a folder, until one of them is a CT slice


def new_study(source, target):
    """Write participants.tsv, qct.tsv, study.yaml, scans/ and private/ for a folder of CTs.

    Parameters
    ----------
    source, target : str or Path
        The folder of CTs, and one that is not there yet or empty.

    Returns
    -------
    str
        What was written and what is to be done, for the console; names no patient.

    Raises
    ------
    ValueError
        If there is no CT in `source`, or `target` has something in it.
    """
    source, target = Path(source), Path(target)
    if not source.is_dir():
        raise ValueError("FROM is no folder; expected the folder with the patients' CTs.")
    if target.exists() and any(target.iterdir()):
        raise ValueError("TO is not empty; expected a new folder: nothing is overwritten.")
    scans = [path for path in sorted(source.iterdir()) if _may_be_ct(path)]
    if not scans:
        raise ValueError(
            "FROM holds no folder, zip archive or image file; expected one for each patient."
        )
    (target / "scans").mkdir(parents=True)
    (target / "private").mkdir(mode=0o700)
    participants, identities = [], []
    for number, path in enumerate(scans, start=1):
        row, identity = _patient(f"H{number:04d}", path, target)
        participants.append(row)
        identities.append(identity)
    write_tsv(participants, PARTICIPANTS, target / "participants.tsv")
    write_tsv([], QCT, target / "qct.tsv")
    write_tsv(identities, IDENTITIES, target / "private" / "identities.tsv")
    (target / "private" / "identities.tsv").chmod(0o600)
    settings = SETTINGS.format(patients=len(scans), folder=target, path=target / "study.yaml")
    write_text(settings, target / "study.yaml")
    return _closing_text(participants, target)


def write_tsv(rows, columns, path):
    """Write rows (dicts) as a table separated by tabs; absent values are empty."""
    write_text(tsv_text(rows, columns), path)


def _may_be_ct(path):
    if path.name.startswith("."):
        return False
    return path.is_dir() or path.name.lower().endswith(SUFFIXES)


def _patient(name, path, target):
    """A row of participants.tsv and one of identities.tsv; the scan gets a neutral link."""
    ending = "" if path.is_dir() else next(s for s in SUFFIXES if path.name.lower().endswith(s))
    link = Path("scans", name + ending)
    (target / link).symlink_to(path.resolve(), target_is_directory=path.is_dir())
    header = _header(path)
    day, years = header.get("day", ""), header.get("age", "").removesuffix("Y")
    row = {
        "patient": name,
        "sex": header.get("sex", "") if header.get("sex") in ("F", "M") else "",
        "age": str(int(years)) if years.isdigit() and 18 <= int(years) <= 120 else "",
        "exam_date": f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 and day.isdigit() else "",
        "ct": link.as_posix(),
    }
    return row, {"patient": name, "source": path.name, "hospital_id": header.get("patient", "")}


def _header(path):
    """What the first CT slice of a scan says of its patient; empty if none of the first does."""
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    for file in files[:FILES_LOOKED_AT]:
        for slice_ in read_file_slices(file)[:1]:
            if slice_.is_ct:
                return slice_.once
    return {}


def _closing_text(participants, target):
    known = {key: sum(bool(row.get(key)) for row in participants) for key in ("sex", "age")}
    return (
        f"{len(participants)} patients in {target}/participants.tsv; sex of {known['sex']} and age "
        f"of {known['age']} are known from the scans.\n"
        f"Next: fill the empty cells, put the QCT export into qct.tsv (make qct), and run\n"
        f"  snakemake --cores 8 --configfile {target}/study.yaml\n"
        f"Who is who is in {target}/private/identities.tsv alone: never share it."
    )


if __name__ == "__main__":
    try:
        print(new_study(*sys.argv[1:3]))
    except ValueError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"TO cannot be written: {error.strerror}.")
