"""A CT without T-score or mask goes through the same rules, and trains nothing."""

import pandas as pd
import pytest
from tiny import ROOT

HIPS = ROOT.parent / "shared" / "data" / "real_hips"


@pytest.mark.skipif(not HIPS.exists(), reason="the real hips are not beside this checkout")
def test_two_real_hips_get_a_page_each_and_retrain_nothing(tiny_study, tmp_path):
    study = tiny_study.copy(tmp_path)
    scans = {"R029": HIPS / "STS_029" / "ct.nii.gz", "R036": HIPS / "STS_036" / "dicom"}
    scans["R036"] = next(path.parent for path in sorted(scans["R036"].rglob("*.dcm")))
    table = pd.DataFrame({"patient": list(scans), "ct": list(map(str, scans.values()))})
    table.to_csv(study.folder / "hips.tsv", sep="\t", index=False)
    output = study.snakemake("--config", "new_patients=hips.tsv")
    assert "train_segmentation" not in output and "fit_classifier" not in output
    femurs = study.read("batches/new-001/femurs.csv").set_index("patient")
    classified = set(study.read("predictions/new.csv").patient)
    for patient in scans:
        page = (study.folder / "results/patients" / patient / "audit.html").read_text()
        assert patient in page and "STS_0" not in page
        assert patient in classified or femurs.reason[patient]
