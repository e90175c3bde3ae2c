"""One patient's page: what it says of success and of failure, and what it must not say."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk

from osteoct import batches
from osteoct.report.cases import gather
from osteoct.report.patient_page import (
    draw_pages,
    label_sentence,
    with_features,
)
from osteoct.report.strips import EDGE, WIDTH, strip

TEMPLATE = Path(__file__).parents[3] / "workflow/report/patient.html.jinja"
FEATURES = ["original_firstorder_Mean", "wavelet-LLH_glcm_JointEntropy"]
EDGES = {"osteopenia_below": -1.0, "osteoporosis_at_or_below": -2.5}
MEANINGS = {FEATURES[0]: "Dense bone on the whole.", FEATURES[1]: "Of that part: complex."}
STUDY = {
    "meanings": MEANINGS,
    "synthetic": True,
    "side": "left",
    "classifier": "random forest",
    "diagnosis": {"regions": ["femoral_neck", "total_hip"], **EDGES},
    "settings": {"window_centre_hu": 300, "window_width_hu": 1500},
}
PERSON = {
    "sex": "F",
    "age": 71.2,
    "exam_day": 12,
    "qct_after_days": -2,
    "ct": None,
    "mask": None,
    "status": "included",
    "reason": None,
    "t_score": -2.71,
    "region": "femoral_neck",
    "diagnosis": "osteoporosis",
    "split": "test",
}
NECK = {"patient": "P01", "status": "done", "neck_hu": 131.9, "neck_voxels": 2173}
NECK |= {"neck_mm3": 1738.0, "waist_from_head_mm": 28.0, "head_radius_mm": 21.95}
NO_NECK = "The mask ends within the femoral neck, or before it."
HOSTILE = "<script>alert('boo')</script> & \"more\". Export it again."


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run with four patients: one classified, one failed, one excluded, one new without QCT."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(batches, "PATIENTS", Path("results/patients"))
    labels = np.zeros((30, 40, 60), np.uint8)
    labels[5:25, 10:30, 35:55] = 2
    for name, array in (("ct", labels.astype(np.int16) * 400), ("mask", labels)):
        sitk.WriteImage(sitk.GetImageFromArray(array), str(tmp_path / f"{name}.nii.gz"))
    mask = tmp_path / "results/patients/P01/femur.nii.gz"
    mask.parent.mkdir(parents=True)
    sitk.WriteImage(sitk.GetImageFromArray(np.roll(labels, 2, axis=1)), str(mask))
    return tmp_path


def cases_of(run):
    scan = {"ct": str(run / "ct.nii.gz")}
    nobody = {"t_score": None, "region": None, "diagnosis": None, "split": None}
    cohort = pd.DataFrame(
        [
            {"patient": "P01", **PERSON, **scan, "mask": str(run / "mask.nii.gz")},
            {"patient": "P02", **PERSON, "ct": str(run / "absent.nii.gz"), "split": "training"},
            {"patient": "P03", **PERSON, **scan, **nobody, "status": "excluded"},
            {"patient": "P04", **PERSON, **scan, **nobody, "status": "unlabelled"},
        ]
    )
    cohort.loc[2:, "reason"] = ["hip replacement", "no T-score of the left hip"]
    done = {"status": "done", "reason": None}
    images = [{"patient": f"P0{i}", **done, "size": "60 × 40 × 30"} for i in (1, 3, 4)]
    images.append({"patient": "P02", "status": "failed", "reason": HOSTILE, "size": None})
    probabilities = {"p_normal": 0.125, "p_osteopenia": 0.25, "p_osteoporosis": 0.625}
    qct = [
        {"patient": "P01", "side": side, "region": region, "bmd_g_cm2": 0.5, "t_score": score}
        for side, region, score in (
            ("left", "femoral_neck", -2.71),
            ("left", "total_hip", -2.2),
            ("right", "femoral_neck", -9.87),
        )
    ]
    return gather(
        cohort,
        patients=["P01", "P02", "P03", "P04"],
        steps={
            "image_qc": pd.DataFrame(images),
            "femurs": pd.DataFrame([{"patient": "P01", **done}]),
            "features": pd.DataFrame([{"patient": "P01", **done}]),
            "neck": pd.DataFrame([NECK, {"patient": "P04", "status": "failed", "reason": NO_NECK}]),
        },
        overlap=pd.DataFrame([{"patient": "P01", "side": "left", "dice": 0.9312}]),
        qct=pd.DataFrame(qct),
        predictions=pd.DataFrame(
            [{"patient": "P01", "predicted": "osteoporosis", **probabilities}]
        ),
    )


def pages_of(run):
    """HTML by patient, drawn in a fresh folder."""
    values = pd.DataFrame({"patient": ["P01"], FEATURES[0]: [212.5], FEATURES[1]: [-3.25]})
    training = pd.DataFrame(
        {
            "diagnosis": ["normal", "osteopenia", "osteoporosis"] * 4,
            FEATURES[0]: np.arange(12) * 20.0,
            FEATURES[1]: -np.arange(12.0),
        }
    )
    table = draw_pages(
        with_features(cases_of(run), values, FEATURES),
        training=training,
        study=STUDY,
        template=TEMPLATE,
        code=[],
    )
    assert table["status"].tolist() == ["done"] * 4
    pages = (run / "results/patients").glob("*/audit.html")
    return {page.parent.name: page.read_text(encoding="utf-8") for page in pages}


def test_every_patient_gets_a_page_whatever_happened(run):
    pages = pages_of(run)
    assert sorted(pages) == ["P01", "P02", "P03", "P04"]
    for patient, page in pages.items():
        assert f"<h1>Patient {patient}</h1>" in page
        assert "Synthetic data." in page
        assert "cannot be used to rule out low bone mineral density" in page


def test_a_classified_patients_page_has_class_label_and_overlap(run):
    page = pages_of(run)["P01"]
    assert 'Most probable: <span class="class osteoporosis">' in page
    assert "as the reference" in page
    assert "width: 62.5%" in page
    assert "−2.71 (femoral neck) is at or below −2.5, hence osteoporosis." in page
    assert "0.931" in page
    assert page.count("data:image/png") == 4
    assert page.count("<svg") == len(FEATURES)


def test_the_page_says_the_density_of_the_neck_or_why_it_has_none(run):
    region = sitk.ReadImage(str(run / "mask.nii.gz"))
    folder = run / "results/patients/P01"
    sitk.WriteImage(region * 0, str(folder / "neck.nii.gz"))
    page = pages_of(run)["P01"]
    assert "132 HU on average, in 2173 voxels (1.74 cm³)" in page
    assert "trabecular bone of the femoral neck" not in page  # the region is empty: nothing drawn
    (folder / "pages.json").unlink()
    sitk.WriteImage(region / 2, str(folder / "neck.nii.gz"))
    assert "trabecular bone of the femoral neck" in pages_of(run)["P01"]
    assert f"Not measured. {NO_NECK}" in pages_of(run)["P04"]


def test_only_the_studied_hips_t_scores_are_shown(run):
    page = pages_of(run)["P01"]
    assert "−2.20" in page
    assert "9.87" not in page


def test_a_failed_patients_page_says_what_failed_and_why_escaped(run):
    page = pages_of(run)["P02"]
    assert "<script>" not in page
    assert "&lt;script&gt;alert(&#39;boo&#39;)&lt;/script&gt; &amp;" in page
    assert '<td class="failed">failed</td>' in page
    assert "No picture. The CT was rejected." in page
    assert page.count('<td class="not-reached">') == 3


def test_an_excluded_patients_page_gives_the_reason_and_pictures_without_mask(run):
    page = pages_of(run)["P03"]
    assert "Excluded: hip replacement." in page
    assert page.count("data:image/png") == 3
    assert "There is no segmentation to show." in page


def test_the_page_of_a_patient_without_a_t_score_says_it_takes_no_part(run):
    assert "takes no part in training or evaluation" in pages_of(run)["P04"]


def test_no_page_names_a_folder_of_the_machine(run):
    for page in pages_of(run).values():
        assert str(run) not in page
        assert not re.search(r'(?:src|href)="(?:/|file:|https?:)', page)


def test_the_same_patient_gives_the_same_bytes(run):
    first = pages_of(run)
    for record in (run / "results/patients").glob("*/pages.json"):
        record.unlink()
    assert pages_of(run) == first


def test_an_unchanged_page_is_not_drawn_again(run):
    pages_of(run)
    page = run / "results/patients/P01/audit.html"
    before = page.stat().st_mtime_ns
    pages_of(run)
    assert page.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    "t_score, diagnosis, output",
    [
        (-1.0, "normal", "is at or above −1.0, hence normal."),
        (-1.01, "osteopenia", "is between −2.5 and −1.0, hence osteopenia."),
        (-2.5, "osteoporosis", "is at or below −2.5, hence osteoporosis."),
    ],
)
def test_the_label_is_explained_by_the_edge_it_met(t_score, diagnosis, output):
    person = {**PERSON, "t_score": t_score, "diagnosis": diagnosis}
    assert label_sentence(person, regions=["femoral_neck", "total_hip"], **EDGES).endswith(output)


def test_page_says_what_a_high_value_of_each_feature_means(run):
    pages = pages_of(run)
    assert all(words in pages["P01"] for words in MEANINGS.values())
    assert not any(words in pages["P02"] for words in MEANINGS.values())


def test_a_value_beyond_the_training_patients_is_drawn_at_the_edge_and_marked():
    classes = np.array(["normal"] * 5)
    drawn = strip(FEATURES[0], 99.0, reference=np.arange(5.0), classes=classes)
    assert drawn["outside"] == "right"
    assert float(drawn["at"]) == WIDTH - EDGE
    assert drawn["rank"] == 1.0
    assert [lane["median"] for lane in drawn["lanes"]] == ["120.0", None, None]


def test_a_feature_that_does_not_vary_is_drawn_all_the_same():
    drawn = strip(FEATURES[0], 2.0, reference=np.full(3, 2.0), classes=np.array(["normal"] * 3))
    assert drawn["outside"] == ""
