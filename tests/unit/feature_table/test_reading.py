"""What strangers' tables look like, and that each is read, or rejected in a sentence."""

import numpy as np
import pandas as pd
import pytest

from osteoct.feature_table.cells import TableProblem, read_cells
from osteoct.feature_table.columns import TWO_MEANINGS
from osteoct.feature_table.load import load_feature_table

SPLITTING = {"seed": 1, "test_fraction": 0.25, "training_fraction": 0.7, "test_sites": []}
NAMED = {"label": "status", **dict.fromkeys(("id", "cohort", "age", "sex"), "")}
NAMED |= {"ignore": [], "classes": [], "max_missing_fraction": 0.2}


def frame(n=40, classes=("low", "high")):
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(n, 4)).round(3), columns=["f1", "f2", "f3", "f4"])
    return table.assign(status=np.array(classes)[np.arange(n) % len(classes)])


def read(tmp_path, table, *, separator=",", **named):
    path = tmp_path / "table.csv"
    table.to_csv(path, index=False, sep=separator)
    return load_feature_table({**NAMED, "file": path, **named}, SPLITTING)


def aside(found):
    rows = found.columns[found.columns["role"] == "set aside"]
    return dict(zip(rows["column"], rows["remark"], strict=True))


def test_semicolons_decimal_commas_and_a_byte_order_mark_read_as_commas_and_points_do(tmp_path):
    plain = read(tmp_path, frame(classes=(0.5, 1)))
    text = frame(classes=(0.5, 1)).to_csv(index=False, sep=";", decimal=",")
    (tmp_path / "german.csv").write_text(text, encoding="utf-8-sig")
    other = load_feature_table({**NAMED, "file": tmp_path / "german.csv"}, SPLITTING)
    assert other.classes == ["status=0.5", "status=1"]
    pd.testing.assert_frame_equal(plain.features, other.features)
    pd.testing.assert_frame_equal(plain.study, other.study)


def test_tabs_and_windows_line_ends_are_read(tmp_path):
    path = tmp_path / "table.tsv"
    path.write_bytes(frame().to_csv(index=False, sep="\t").replace("\n", "\r\n").encode())
    assert read_cells(path).shape == (40, 5)


def test_columns_that_are_no_features_are_set_aside_with_the_reason(tmp_path):
    table = frame().assign(
        diagnostics_Versions_Numpy="1.2",
        path="/a/b.nii",
        scan_date="2024-01-02",
        nothing="",
        number=range(7, 47),
        Case_ID=np.arange(40) * 3.5,
        target=(frame()["status"] == "high").astype(int),
    )
    found = read(tmp_path, table)
    assert list(found.features) == ["patient", "f1", "f2", "f3", "f4"]
    reasons = aside(found)
    assert reasons["diagnostics_Versions_Numpy"] == "says how pyradiomics measured"
    assert reasons["path"] == reasons["scan_date"] == "text in 40 of 40 rows"
    assert reasons["nothing"] == "empty"
    assert reasons["number"] == reasons["Case_ID"] == "numbers the rows"
    assert "it is the class itself" in reasons["target"]
    assert any("7 set aside" in sentence for sentence in found.remarks)


def test_age_and_sex_go_to_table_1_and_are_no_features(tmp_path):
    table = frame().assign(Age=np.linspace(50, 80, 40), gender=["female", "M"] * 19 + ["x", ""])
    found = read(tmp_path, table)
    assert "Age" not in found.features and "gender" not in found.features
    assert found.study["sex"].tolist()[:2] == ["F", "M"]
    assert found.study["sex"].isna().sum() == 2
    assert "Sex is neither F nor M in 1 rows, and counts as unknown there." in found.remarks


def test_missing_and_infinite_values_are_kept_for_the_folds_to_fill(tmp_path):
    table = frame()
    table.loc[0, "f1"], table.loc[1, "f2"] = np.nan, np.inf
    found = read(tmp_path, table)
    assert np.isnan(found.features.loc[0, "f1"]) and np.isinf(found.features.loc[1, "f2"])
    remarks = found.columns.set_index("column")["remark"]
    assert (remarks["f1"], remarks["f2"]) == ("1 missing", "1 infinite")


@pytest.mark.parametrize(
    "classes, order",
    [
        ((10, 9), ["status=9", "status=10"]),
        ((1.0, 0.0), ["status=0", "status=1"]),
        ((True, False), ["status=False", "status=True"]),
        (("none", "Severe", "mild"), ["Severe", "mild", "none"]),
    ],
)
def test_classes_stay_text_and_are_ordered_by_number_or_alphabet(tmp_path, classes, order):
    found = read(tmp_path, frame(classes=classes))
    assert found.classes == order
    assert set(found.study["diagnosis"]) == set(order)


@pytest.mark.parametrize("given", [["1", "0"], ["status=1", "status=0"], ["1.0", "0.0"]])
def test_the_order_of_the_classes_may_be_given_in_any_spelling(tmp_path, given):
    assert read(tmp_path, frame(classes=(0, 1)), classes=given).classes == ["status=1", "status=0"]


def test_patients_without_a_class_are_classified_and_no_more(tmp_path):
    table = frame()
    table.loc[[3, 4], "status"] = ""
    study = read(tmp_path, table).study
    assert (study.loc[[3, 4], "status"] == "unlabelled").all()
    assert study.loc[[3, 4], ["diagnosis", "split"]].isna().all(axis=None)
    assert study["split"].notna().sum() == 38


def test_cohorts_of_the_table_are_kept_in_any_spelling(tmp_path):
    given = np.array(["Train", "train", "VAL", "Testing"])[np.arange(40) // 2 % 4]
    study = read(tmp_path, frame().assign(set=given), cohort="set").study
    assert study["split"].tolist()[:8:2] == ["training", "training", "validation", "test"]


def test_without_validation_patients_some_are_drawn_from_the_training_patients(tmp_path):
    given = np.where(np.arange(40) < 30, "train", "test")
    found = read(tmp_path, frame().assign(set=given), cohort="set")
    assert (found.study["split"][30:] == "test").all()
    assert found.study["split"].value_counts().to_dict() == {
        "training": 21,
        "test": 10,
        "validation": 9,
    }
    assert any("30% of the training patients, drawn" in words for words in found.remarks)


def test_of_two_cohorts_the_one_called_validation_is_the_test(tmp_path):
    given = np.where(np.arange(40) < 30, "training", "validation")
    found = read(tmp_path, frame().assign(set=given), cohort="set")
    assert (found.study["split"][30:] == "test").all()
    assert any("called validation is the test cohort" in words for words in found.remarks)


def test_columns_of_one_name_get_unique_names(tmp_path):
    table = frame().rename(columns={"f2": "f1"})
    assert list(read(tmp_path, table).features) == ["patient", "f1", "f1 (2)", "f3", "f4"]


def test_a_header_without_the_row_names_is_read_as_r_writes_it(tmp_path):
    path = tmp_path / "table.txt"
    text = frame().to_csv(sep="\t", index=True).removeprefix("\t")
    path.write_text(text, encoding="utf-8")
    found = load_feature_table({**NAMED, "file": path}, SPLITTING)
    assert list(found.features) == ["patient", "f1", "f2", "f3", "f4"]


def test_outcomes_among_features_and_patients_in_several_rows_are_pointed_at(tmp_path):
    names = {name: f"original_glcm_{name}" for name in ("f1", "f2", "f3")}
    table = frame().rename(columns=names).assign(PatientID=np.arange(40) // 2)
    table["PatientID"] = "K" + table["PatientID"].astype(str)
    words = " ".join(read(tmp_path, table).remarks)
    assert "PatientID has 20 names in 40 rows" in words
    assert "Features that pyradiomics does not name: f4." in words
    assert "f4" not in read(tmp_path, table, ignore=["f4"]).features


def test_drawn_cohorts_have_every_class_and_the_asked_fractions(tmp_path):
    study = read(tmp_path, frame(60, ("a", "b", "c"))).study
    counts = pd.crosstab(study["split"], study["diagnosis"])
    assert (counts.loc["test"] == 5).all()
    assert counts.loc["training"].sum() == 31 and counts.loc["validation"].sum() == 14


@pytest.mark.parametrize("separator", [";", "\t", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_thousands_separators_and_any_minus_are_read(tmp_path, separator, encoding):
    values = np.arange(700, 1500, 20) * np.where(np.arange(40) % 5, 1, -1)
    table = frame().assign(mm3=[f"{value:,}".replace("-", "\u2013") for value in values])
    text = "sep=" + separator + "\n" + table.to_csv(sep=separator, index=False)
    (tmp_path / "table.csv").write_bytes(text.encode(encoding))
    found = load_feature_table({**NAMED, "file": tmp_path / "table.csv"}, SPLITTING)
    assert (found.features["mm3"] == values).all()
    pd.testing.assert_frame_equal(found.features[["f1", "f2"]], frame()[["f1", "f2"]])


def test_points_between_thousands_are_read_or_the_column_is_set_aside_by_name(tmp_path):
    values = np.arange(700, 1500, 20)
    dotted = [f"{value:,}".replace(",", ".") for value in values]
    table = frame().assign(mm3=dotted).map(str)
    assert aside(read(tmp_path, table)) == {"mm3": TWO_MEANINGS}
    commas = table.apply(
        lambda cells: cells if cells.name == "mm3" else cells.str.replace(".", ",")
    )
    found = read(tmp_path, commas, separator=";")
    assert (found.features["mm3"] == values).all()
    assert np.allclose(found.features["f1"], frame()["f1"])


def test_a_column_of_identifiers_taken_for_cohorts_is_not_quoted(tmp_path):
    with pytest.raises(TableProblem, match="other text in 40 rows, the first one row 2") as raised:
        read(tmp_path, frame().assign(mrn=[f"KV{k}" for k in range(40)]), cohort="mrn")
    assert "KV" not in str(raised.value)


def test_a_separator_at_the_end_of_each_row_moves_no_column(tmp_path):
    lines = frame().to_csv(index=False, sep=";").splitlines()
    text = "\n".join([lines[0], *(line + ";" for line in lines[1:])])
    (tmp_path / "table.csv").write_text(text)
    found = load_feature_table({**NAMED, "file": tmp_path / "table.csv"}, SPLITTING)
    pd.testing.assert_frame_equal(found.features[["f1", "f4"]], frame()[["f1", "f4"]])


def rejections():
    one = frame()
    yield (
        "no label",
        one,
        {"label": "outcome"},
        "no column 'outcome' .LABEL=.; the table has f1, f2",
    )
    yield "label not given", one, {"label": ""}, "class: LABEL=COLUMN. .* values: status"
    yield "label twice", one.rename(columns={"f4": "status"}), {}, "'status' .* more than once"
    yield "not ignored", one, {"ignore": ["stage"]}, "no column 'stage' .IGNORE=."
    yield "label ignored", one, {"ignore": ["status"]}, "cannot have two roles"
    yield "one class", one.assign(status="a"), {}, "holds 1 class .a.; two or more"
    yield "a measurement", one.assign(status=one["f1"]), {}, "different values; expected 2 to 10"
    yield "unknown class", one, {"classes": ["low", "top"]}, "CLASSES names low, top; .* high, low"
    few = one.assign(status=["rare"] * 3 + ["usual"] * 37)
    yield "few of a class", few, {}, "'rare' has 3 patients, 1 of them for training; 3 must train"
    yield "patients twice", one.assign(id="A"), {"id": "id"}, "more than once, in rows 2, 3"
    yield "unnamed patient", one.assign(id=[""] + ["A"] * 39), {"id": "id"}, "empty in row 2"
    odd = one.assign(set=["train"] * 39 + ["Tset"])
    yield "odd cohort", odd, {"cohort": "set"}, "holds 'Tset'; expected training, validation or"
    yield "no test", one.assign(set="train"), {"cohort": "set"}, "no test patient whose class"
    flat = one.assign(f1=1, f2=2.5, f3=0, f4=[1] * 8 + [""] * 32)
    yield "nothing varies", flat, {}, "Of 4 features 1 lack more than 20% .* 3 have one value only"
    yield "no feature", one[["f1", "status"]], {}, "1 of 2 columns can be features"


@pytest.mark.parametrize(
    "what, table, named, words", rejections(), ids=[r[0] for r in rejections()]
)
def test_a_table_that_cannot_be_used_is_rejected_in_a_sentence(tmp_path, what, table, named, words):
    with pytest.raises(TableProblem, match=words):
        read(tmp_path, table, **named)


@pytest.mark.parametrize(
    "content, words",
    [
        (b"f1,status\n", "has no patient"),
        (b"status\na\n", "names one column only"),
        (b"f1,f2,status\n1,2,a\n1,2\n", "Row 3 has 2 cells"),
        (b"f1,status\n1,\xff\n", "not text in UTF-8"),
        (b"f1,f2\n4711,Mueller Anna\n4712,Doe\n"[6:], "2 columns, and numbers in the first row"),
        (b"PK\x03\x04\x00\x00,\n\x00", "one column|no table|no patient|cells"),
    ],
)
def test_a_file_that_is_no_table_is_rejected_in_a_sentence(tmp_path, content, words):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(TableProblem, match=words):
        load_feature_table({**NAMED, "file": path}, SPLITTING)


def test_an_absent_file_is_rejected_in_a_sentence(tmp_path):
    with pytest.raises(TableProblem, match="cannot be read: No such file"):
        read_cells(tmp_path / "nowhere.csv")


def written(numbers, form):
    """Numbers in thousands as some country writes them."""
    return [f"{value:,}".translate(str.maketrans({",": form})) for value in numbers]


@pytest.mark.parametrize("separator", [";", "\t", ","])
@pytest.mark.parametrize("form", [",", "'", "\u2019", " ", "\u202f"])
def test_signs_between_thousands_are_read(tmp_path, separator, form):
    volumes = [700 + 31 * number**2 % 9000 for number in range(40)]
    found = read(tmp_path, frame().assign(mm3=written(volumes, form)), separator=separator)
    assert found.features["mm3"].tolist() == volumes


def test_a_point_stands_between_thousands_where_a_comma_is_the_decimal_sign(tmp_path):
    volumes = [700 + 31 * number**2 % 9000 for number in range(40)]
    table = frame().assign(mm3=written(volumes, "."))
    text = table.to_csv(index=False, sep=";", decimal=",")
    (tmp_path / "german.csv").write_text(text, encoding="utf-8")
    found = load_feature_table({**NAMED, "file": tmp_path / "german.csv"}, SPLITTING)
    assert found.features["mm3"].tolist() == volumes
    np.testing.assert_array_equal(found.features["f1"], frame()["f1"])


def test_a_column_that_can_be_read_in_two_ways_is_set_aside_by_name(tmp_path):
    table = frame().assign(odd=[f"{1 + number % 9},{number + 500}" for number in range(40)])
    whole = {f"f{k}": [number * 7 % (10 + k) for number in range(40)] for k in (1, 2, 3, 4)}
    found = read(tmp_path, table.assign(**whole), separator=";")
    assert "thousands" in aside(found)["odd"]


def test_a_typographic_minus_is_a_minus_and_a_dash_alone_is_no_value(tmp_path):
    table = frame()
    table["f1"] = table["f1"].astype(str).str.replace("-", "\u2212")
    table.loc[0, "f1"] = "\u2013"
    found = read(tmp_path, table)
    np.testing.assert_array_equal(found.features["f1"][1:], frame()["f1"][1:])
    assert np.isnan(found.features["f1"][0])
