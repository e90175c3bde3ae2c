"""The sheet of a patient: what it shows, and what it must not say."""

import json

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk
from hospital import femora, mask_of, pelvis

from osteoct.export import pdf
from osteoct.export.pdf import print_sheet
from osteoct.export.study import read_settings


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The folder of a run with one patient, classified."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pdf, "RESULTS", tmp_path / "results")
    folder = tmp_path / "results/patients/H01"
    folder.mkdir(parents=True)
    sitk.WriteImage(sitk.Cast(pelvis(), sitk.sitkInt16), str(folder / "ct.nii.gz"))
    sitk.WriteImage(mask_of(femora()), str(folder / "femur.nii.gz"))
    person = {"patient": "H01", "ct": None, "mask": None, "status": "included", "reason": None}
    person |= {"t_score": -2.71, "region": "total_hip", "diagnosis": "osteoporosis"}
    qc = {"left_qc": "review", "left_qc_reasons": "It touches the border.", "left_cm3": 99}
    shares = {"p_normal": 0.1, "p_osteopenia": 0.2, "p_osteoporosis": 0.7}
    done = {"patient": "H01", "status": "done", "reason": None}
    tables = {
        "cohort/study": person | {"split": "test"},
        "predictions/study": {"patient": "H01", "predicted": "osteoporosis", **shares},
        "batches/study-1/image_qc": done,
        "batches/study-1/femurs": done | qc,
        "batches/study-1/features": done,
    }
    for name, row in tables.items():
        path = tmp_path / f"results/{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        pd.DataFrame([row]).to_csv(path, index=False)
    return tmp_path


def own_cohort(settings):
    return settings | {"cohort": settings["cohort"] | {"source": "tables"}}


def sheet(run, monkeypatch, settings):
    """The figure that is written for the run's patient."""
    figures, draw = [], pdf.draw_sheet
    monkeypatch.setattr(
        pdf, "draw_sheet", lambda *a, **k: figures.append(draw(*a, **k)) or figures[0]
    )
    page = print_sheet("H01", settings)
    assert page.startswith(b"%PDF") and page == print_sheet("H01", settings)
    return figures[0]


def drawn(run, monkeypatch, settings):
    """Everything written on it."""
    figure = sheet(run, monkeypatch, settings)
    held = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    return " ".join(text.get_text() for text in held)


def test_the_sheet_shows_class_reference_and_segmentation_qc(run, monkeypatch):
    said = drawn(run, monkeypatch, own_cohort(read_settings("")))
    assert "RESEARCH USE ONLY" in said
    assert "Most probable class: osteoporosis" in said and "0.70" in said
    assert "T-score −2.71 (total hip)" in said
    assert "Left femur: review. It touches the border." in said


def test_a_model_of_phantoms_gives_no_class(run, monkeypatch):
    said = drawn(run, monkeypatch, read_settings(""))
    assert "No class is given" in said and "Most probable" not in said and "0.70" not in said


def test_a_patient_that_the_run_does_not_know_is_rejected(run):
    with pytest.raises(ValueError, match="no row for"):
        print_sheet("H99", read_settings(""))


def test_a_study_changes_only_what_it_names(tmp_path):
    own = tmp_path / "study.yaml"
    own.write_text(json.dumps({"femur": {"side": "right"}}), encoding="utf-8")
    changed, plain = read_settings(str(own)), read_settings("")
    assert changed["femur"]["side"] == "right"
    assert changed | {"femur": plain["femur"]} == plain


def test_the_pictures_show_the_scan(run, monkeypatch):
    figure = sheet(run, monkeypatch, read_settings(""))
    shown = [axes.images[0].get_array() for axes in figure.axes if axes.images]
    assert len(shown) == 4 and all(np.ptp(picture) > 0 for picture in shown)
