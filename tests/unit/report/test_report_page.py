"""The report: nothing is left out, what is missing stops it, the same run gives the same bytes."""

import re
import time
from pathlib import Path

import pandas as pd
import pytest
import yaml

from osteoct.captions import read_captions
from osteoct.classification.classifiers import CLASSIFIERS
from osteoct.figures.pipeline import cut_to_shape, draw_pipeline
from osteoct.figures.slices import as_png
from osteoct.figures.style import save_figure
from osteoct.report import report_page
from osteoct.report.cases import gather
from osteoct.report.illustration import typical_patient
from osteoct.report.key_numbers import tiles
from osteoct.report.summary import summarise, summary_text

ROOT = Path(__file__).parents[3]
CAPTIONS = yaml.safe_load((ROOT / "workflow/report/captions.yaml").read_text(encoding="utf-8"))
EXHIBITS = [e for chapter in CAPTIONS["chapters"] for e in chapter["exhibits"]]
NAMES = [exhibit.get("figure") or exhibit["table"] for exhibit in EXHIBITS]
RUN = {
    "commit": None,
    "code": "c0de",
    "seed": 7,
    "configuration": "seed: 7\n",
    "packages": [("numpy", "2.4.6", "images")],
    "python": "3.11.9",
    "remarks": ["numpy is 2.0.0, not 2.4.6."],
    "digests": [("model/classifier.skops", "ab12")],
}
STUDY = {"synthetic": True, "side": "left"}
HOSTILE = "<b onclick=x>There</b> is no CT & so on."


@pytest.fixture
def results(tmp_path, monkeypatch):
    """A folder with a small stand-in for every exhibit."""
    monkeypatch.chdir(tmp_path)
    for folder in ("figures", "tables"):
        Path("results", folder).mkdir(parents=True)
    for exhibit in EXHIBITS:
        if "figure" in exhibit:
            png = as_png(pd.DataFrame([[0, 1]], dtype="uint8").to_numpy())
            Path("results/figures", f"{exhibit['figure']}.png").write_bytes(png)
        else:
            name = exhibit["table"]
            rows = f"Cohort,AUC\nof {name},0.91 (0.80 to 0.97)\nNote <on> {name}.,\n"
            Path("results/tables", f"{name}.csv").write_text(rows)
            Path("results/tables", f"{name}_values.csv").write_text("auc\n0.91\n")
    return Path("results")


@pytest.fixture
def cases():
    person = {"ct": "a", "mask": None, "reason": None, "split": "test", "diagnosis": "normal"}
    cohort = pd.DataFrame(
        [
            {"patient": "P01", "status": "included", **person},
            {"patient": "P02", "status": "included", **person},
            {"patient": "P03", "status": "excluded", **person, "reason": "hip fracture"},
        ]
    )
    cohort.loc[2, ["split", "diagnosis"]] = None
    done = [{"patient": name, "status": "done", "reason": None} for name in ("P01", "P03")]
    failed = {"patient": "P02", "status": "failed", "reason": HOSTILE}
    predicted = {"p_normal": 0.3, "p_osteopenia": 0.6, "p_osteoporosis": 0.1}
    return gather(
        cohort,
        patients=["P01", "P02", "P03"],
        steps={
            "image_qc": pd.DataFrame([*done, failed]),
            "femurs": pd.DataFrame(done[:1]),
            "features": pd.DataFrame(done[:1]),
        },
        overlap=pd.DataFrame([{"patient": "P01", "side": "left", "dice": 0.9}]),
        qct=pd.DataFrame(columns=["patient", "side"]),
        predictions=pd.DataFrame([{"patient": "P01", "predicted": "osteopenia", **predicted}]),
    )


def page(cases, captions=CAPTIONS):
    return report_page.report_of(
        cases,
        captions={**captions, "numbers": [{"value": "{auc:.2f}", "label": "AUC"}]},
        numbers={"auc": 0.913, "more": {"n": 3}},
        run=RUN,
        template=ROOT / "workflow/report/report.html.jinja",
        study=STUDY,
    )


def test_every_exhibit_is_in_the_report_with_its_caption_and_what_to_look_for(results, cases):
    html = page(cases)
    text = re.sub(r"\s+", " ", html)
    for exhibit, name in zip(EXHIBITS, NAMES, strict=True):
        assert f'id="{name}"' in html
        assert f'href="#{name}"' in html
        assert exhibit["title"] in text
        assert len(exhibit["caption"]) > 40 and len(exhibit["look"]) > 40
    assert html.count("<b>Look for:</b>") == len(EXHIBITS)
    assert html.count("data:image/png") == sum("figure" in exhibit for exhibit in EXHIBITS)


def test_the_specified_exhibits_all_have_captions():
    titles = " ".join(exhibit["title"] for exhibit in EXHIBITS)
    for title in ("Table 1.", "Table 2.", "Table 3.", "Table S1.", "Figure S1.", "Audit"):
        assert title in titles
    for number in range(1, 6):
        assert f"Figure {number}." in titles


def test_what_is_switched_off_has_no_exhibit():
    def shown(switched_on):
        chapters = read_captions(
            ROOT / "workflow/report/captions.yaml", switched_on=switched_on, classifier="forest"
        )["chapters"]
        return [e.get("table") for chapter in chapters for e in chapter["exhibits"]]

    assert "comparison_harmonisation" in shown(["harmonisation"])
    assert shown([]) == [
        name for name in shown(["harmonisation"]) if name != "comparison_harmonisation"
    ]


def test_every_table_and_figure_that_a_rule_makes_has_a_caption():
    also = {Path(name).stem for exhibit in EXHIBITS for name in exhibit.get("also", [])}
    made = set()
    for rules in (ROOT / "workflow/rules").glob("*.smk"):
        outputs = re.findall(r'"results/(?:tables|figures)/(\w+)\.\w+"', rules.read_text())
        made |= {name for name in outputs if not name.endswith("_values")}
    assert made <= set(NAMES) | also


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_exhibit_stops_the_report(results, cases, name):
    for file in results.glob(f"*/{name}.*"):
        file.unlink()
    with pytest.raises(FileNotFoundError, match=name):
        page(cases)


def test_failures_come_first_and_the_excluded_last(cases):
    rows = report_page.patient_rows(cases, side="left")
    assert [(row["patient"], row["status"]) for row in rows] == [
        ("P02", "failed"),
        ("P01", "included"),
        ("P03", "excluded"),
    ]
    assert rows[1]["mistaken"] and rows[1]["probability"] == 0.6 and rows[1]["dice"] == 0.9


def test_every_patient_is_linked_and_reasons_are_escaped(results, cases):
    html = page(cases)
    for patient in ("P01", "P02", "P03"):
        assert f'href="../patients/{patient}/audit.html"' in html
    assert "<b onclick" not in html
    assert "&lt;b onclick=x&gt;There" in html
    assert "Note &lt;on&gt; table1_patients." in html


def test_a_report_of_very_many_patients_lists_some_and_says_where_the_others_are(
    results, cases, monkeypatch
):
    monkeypatch.setattr(report_page, "MAX_LISTED", 2)
    html = page(cases)
    assert html.count('/audit.html">') == 2 and "patients/P03/" not in html
    assert '1 more patients are listed in <a href="../cohort/status.csv">' in html
    assert "3 digital hip phantoms" in html


def test_the_report_says_that_data_are_synthetic_and_what_it_is_not_for(results, cases):
    html = page(cases)
    assert "Synthetic data." in html and "no clinical evidence" in html
    assert "cannot be used to rule out low bone mineral density" in html
    assert "numpy is 2.0.0, not 2.4.6." in html


def test_the_report_needs_nothing_from_elsewhere_and_names_no_folder(results, cases):
    html = page(cases)
    assert not re.search(r'(?:src|href)="(?:/|file:|https?:)', html)
    assert str(Path.cwd()) not in html


def test_the_same_run_gives_the_same_report(results, cases):
    assert page(cases) == page(cases)


def test_last_rows_with_text_in_the_first_cell_only_are_footnotes():
    table = pd.DataFrame([["Sex", ""], ["women", "12 (40 %)"], ["Note.", ""]], columns=["", "All"])
    shown = report_page.printed_table(table)
    assert shown["rows"] == [["Sex"], ["women", "12 (40 %)"]]
    assert shown["notes"] == ["Note."]
    assert shown["numeric"] == [False, True]


def test_headings_become_words_and_minus_signs_true():
    table = pd.DataFrame([["-0.5", "a-1", "0.1 to -0.2"]], columns=["mean_sd", "n", "P (Holm)"])
    shown = report_page.printed_table(table)
    assert shown["header"] == ["Mean ± SD", "n", "P (Holm)"]
    assert shown["rows"] == [["−0.5", "a-1", "0.1 to −0.2"]]


def test_a_number_that_the_study_does_not_write_stops_the_report():
    with pytest.raises(ValueError, match="numbers.json has no test.auc"):
        tiles([{"value": "{test.auc:.2f}", "label": "AUC"}], {"test.n": 3})


def test_a_number_that_this_run_could_not_compute_is_not_available():
    assert tiles([{"value": "{a:.2f}", "label": "b"}], {"a": None})[0]["value"] == "n/a"


def test_the_summary_counts_every_patient_once_at_every_step(cases):
    table = summarise(cases)
    assert (table.groupby("step")["patients"].sum() == 3).all()
    failed = table[table["outcome"] == "failed"]
    assert failed[["step", "who", "reason"]].values.tolist() == [["CT checked", "P02", HOSTILE]]


def test_the_end_of_a_run_names_the_failed_and_says_where_to_look(cases):
    text = summary_text(cases, synthetic=True)
    assert f"  P02  {HOSTILE}" in text
    assert "hip fracture" not in text
    assert "results/report/index.html" in text
    assert "no" in text and "clinical evidence" in text


def test_the_end_of_a_run_names_fifty_of_very_many_failed(cases):
    failed = cases[cases["patient"] == "P02"]
    text = summary_text(pd.concat([failed] * 60), synthetic=False)
    assert text.count("  P02  ") == 50
    assert "... and 10 more: results/cohort/status.csv" in text


def test_the_records_of_thousands_of_patients_are_gathered_in_seconds():
    names = [f"P{number}" for number in range(4000)]
    table = pd.DataFrame({"patient": names, "status": "included", "side": "left"})
    began = time.process_time()
    found = gather(
        table,
        patients=names,
        steps={"image_qc": table},
        overlap=table,
        qct=table,
        predictions=table,
    )
    assert len(found) == 4000 and found["qct"][7][0]["patient"] == "P7"
    assert time.process_time() - began < 10


def test_figure_2_shows_a_test_patient_of_middling_overlap_who_was_classified_right():
    predictions = pd.DataFrame(
        {
            "patient": ["a", "b", "c", "d", "e"],
            "split": ["test"] * 4 + ["training"],
            "diagnosis": "normal",
            "predicted": ["normal"] * 3 + ["osteopenia", "normal"],
        }
    )
    overlap = pd.DataFrame({"patient": list("abcde"), "side": "left", "dice": [9, 7, 8, 6, 5]})
    assert typical_patient(predictions, overlap, side="left") == "c"
    assert typical_patient(predictions[3:], overlap, side="left") == "d"
    assert typical_patient(predictions[4:], overlap[:0], side="left") == "e"
    with pytest.raises(ValueError, match="No patient was classified"):
        typical_patient(predictions[:0], overlap, side="left")


def test_a_picture_is_cut_to_shape_around_its_middle():
    picture = pd.DataFrame([range(10)] * 4).to_numpy()
    assert cut_to_shape(picture, 1.0)[0].tolist() == [3, 4, 5, 6]
    assert cut_to_shape(picture, 5.0).shape == (2, 10)


@pytest.mark.parametrize("sketch", sorted({c.sketch for c in CLASSIFIERS.values()}))
def test_figure_2_has_six_panels_and_stable_bytes(sketch, tmp_path):
    picture = pd.DataFrame([range(60)] * 50, dtype="uint8").to_numpy()
    panels = {
        "pictures": [picture] * 3,
        "filtered": [("original", picture.astype(float)), ("LoG 4 mm", picture * 2.0)],
        "funnel": [("measured", 1184), ("RFE", 50), ("mRMR", 20), ("LASSO", 15)],
        "probabilities": {"normal": 0.2, "osteopenia": 0.3, "osteoporosis": 0.5},
        "headings": [(f"Title {n}", "line") for n in range(6)],
        "sketch": sketch,
    }
    paths = [tmp_path / "a.pdf", tmp_path / "b.pdf"]
    for path in paths:
        figure = draw_pipeline(**panels)
        save_figure(figure, path)
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert [text for text in texts if "Title" in text] == [
        f"{n}  Title {n - 1}" for n in range(1, 7)
    ]
    assert paths[0].read_bytes() == paths[1].read_bytes()
