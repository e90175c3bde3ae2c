"""The skeleton of a study of your own: ``make new-study FROM=folder TO=folder``.

Every folder, archive or image file inside FROM is taken for the CT of one patient, unless the
headers say otherwise: `ctio.find_patients`. Patients are named H0001, H0002, ...; who is who is
written into one file that nobody else needs, private/identities.tsv, and the scans are reached by
links of neutral names, so that no table, log or page of the study ever has a name from the hospital
in it.
"""

import json
import shlex
import sys
from collections import Counter
from pathlib import Path

from ctio import find_patients
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
# make study CONFIG={path}
cohort:
  source: tables
  participants: {participants}
  qct: {qct}
segmentation:
  source: pretrained            # no manual mask is needed; with masks of 30 patients: finetuned
"""


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
    if set("{}") & set(str(target)):
        raise ValueError("TO has braces, which Snakemake takes for wildcards. Name it otherwise.")
    patients, remarks = find_patients(source)
    patients = [patient for patient in patients if patient.paths[0].resolve() != target.resolve()]
    if not patients:
        raise ValueError(
            "FROM holds no folder, zip archive or image file; expected one for each patient."
        )
    (target / "scans").mkdir(parents=True)
    (target / "private").mkdir(mode=0o700)
    rows = [
        _patient(f"H{number:04d}", patient, target)
        for number, patient in enumerate(patients, start=1)
    ]
    participants, identities = zip(*rows, strict=True)
    write_tsv(participants, PARTICIPANTS, target / "participants.tsv")
    write_tsv([], QCT, target / "qct.tsv")
    write_tsv(identities, IDENTITIES, target / "private" / "identities.tsv")
    (target / "private" / "identities.tsv").chmod(0o600)
    write_text(_settings(len(patients), target), target / "study.yaml")
    return _closing_text(participants, identities, remarks, target)


def write_tsv(rows, columns, path):
    """Write rows (dicts) as a table separated by tabs; absent values are empty."""
    write_text(tsv_text(rows, columns), path)


def _settings(patients, target):
    """Text of study.yaml; JSON's quotes are YAML's, whatever is in a path."""
    tables = {name: target / f"{name}.tsv" for name in ("participants", "qct")}
    quoted = {name: json.dumps(str(path), ensure_ascii=False) for name, path in tables.items()}
    path = shlex.quote(str(target / "study.yaml"))
    return SETTINGS.format(patients=patients, path=path, **quoted)


def _patient(name, patient, target):
    """A row of participants.tsv and one of identities.tsv; the scan gets a neutral link."""
    link = Path("scans", name + patient.ending)
    _link(patient.paths, target / link)
    header = patient.header
    day, years = header.get("day", ""), header.get("age", "").removesuffix("Y")
    row = {
        "patient": name,
        "sex": header.get("sex", "") if header.get("sex") in ("F", "M") else "",
        "age": str(int(years)) if years.isdigit() and 18 <= int(years) <= 120 else "",
        "exam_date": f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 and day.isdigit() else "",
        "ct": link.as_posix(),
    }
    identity = {"patient": name, "source": patient.source}
    return row, identity | {"hospital_id": header.get("patient", "")}


def _link(paths, link):
    """A link to one file or folder; of several, a folder with a link to each file."""
    if len(paths) == 1 and (paths[0].is_dir() or link.suffix):
        link.symlink_to(paths[0].resolve(), target_is_directory=paths[0].is_dir())
        return
    files = [path for one in paths for path in ([one] if one.is_file() else sorted(one.rglob("*")))]
    link.mkdir()
    for number, file in enumerate(filter(Path.is_file, files), start=1):
        (link / f"{number:06d}").symlink_to(file.resolve())


def _closing_text(participants, identities, remarks, target):
    known = {key: sum(bool(row.get(key)) for row in participants) for key in ("sex", "age")}
    numbers = Counter(row["hospital_id"] for row in identities if row["hospital_id"])
    again = sum(count - 1 for count in numbers.values())
    remarks = [*remarks.items(), ("patients with a hospital number that an earlier one has", again)]
    return "\n".join(
        [
            f"{len(participants)} patients in {target}/participants.tsv; sex of {known['sex']} and "
            f"age of {known['age']} are known from the scans.",
            *(f"  {count:>6} {what}" for what, count in remarks if count),
            "Next: fill what is empty in that table, as far as it is known. Then",
            f"  make qct EXPORT=FILE TO={shlex.quote(str(target))}",
            f"  make study CONFIG={shlex.quote(str(target / 'study.yaml'))}",
            f"Who is who is in {target}/private/identities.tsv alone: never share it.",
        ]
    )


if __name__ == "__main__":
    try:
        print(new_study(*sys.argv[1:3]))
    except ValueError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"TO cannot be written: {error.strerror}.")
