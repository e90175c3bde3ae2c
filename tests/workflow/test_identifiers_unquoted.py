"""Names and hospital numbers in the tables reach no console, no log and no file name."""

import pytest
import yaml
from tiny import Study

HIDDEN = ("Mueller", "KV0012345", "1950")
GOOD = "P1\tF\t67\t2024-03-01\t2024-03-02\tnowhere.nii.gz\t\n"
COLUMNS = "patient\tsex\tage\texam_date\tqct_date\tct\tmask\n"
QCT = "patient\tside\tregion\tbmd_g_cm2\tt_score\n"
SCORE = "P1\tleft\ttotal_hip\t0.8\t-1\n"


@pytest.mark.parametrize(
    "tables",
    [
        {
            "qct": QCT + SCORE + "KV0012345\tleft\ttotal_hip\t0.8\t-1\n" * 2,
            "participants": COLUMNS + GOOD + "Mueller, Anna\tMueller\t12.03.1950\t" + "\t" * 4,
        },
        {"new": COLUMNS + GOOD.replace("P1", "Mueller Anna").replace("67", "KV0012345")},
        {"participants": GOOD.replace("P1", "Mueller") * 2, "qct": SCORE.replace("P1", "Mueller")},
        {"qct": QCT + "Mueller\tAnna\tleft\ttotal_hip\t0.8\t-1\n" + SCORE},
    ],
    ids=["unknown", "new patients", "no header", "a cell too many"],
)
def test_a_wrong_table_is_said_without_who_is_in_it(tmp_path, tables):
    study = Study(tmp_path)
    written = {"participants": COLUMNS + GOOD, "qct": QCT + SCORE, "new": COLUMNS + GOOD} | tables
    for name, text in written.items():
        (study.folder / f"{name}.tsv").write_text(text)
    cohort = {"source": "tables", "participants": "participants.tsv", "qct": "qct.tsv"}
    new = "new.tsv" if "new" in tables else ""
    path = study.folder / "settings.yaml"
    path.write_text(yaml.safe_dump({"cohort": cohort, "new_patients": new}))
    output = study.snakemake("-n", settings=[path], check=False)
    assert ", row " in output and "Traceback" not in output
    kept = [file for file in (study.folder / ".snakemake").rglob("*") if file.is_file()]
    shown = output + "".join(f"{file} {file.read_bytes().decode('latin-1')}" for file in kept)
    assert [word for word in HIDDEN if word in shown] == []
