import pytest
import yaml

from osteoct.cohort.cells import SCHEMAS
from osteoct.cohort.enrolment import EXCLUSIONS
from osteoct.cohort.tables import (
    TableProblems,
    read_cohort,
    read_participants,
    read_qct,
)

COLUMNS = [
    *("patient", "sex", "age", "exam_date", "qct_date", "dlp_mgy_cm"),
    *("ct", "mask", "mask_reader2", "exclusion"),
]
GOOD = ["P1", "F", "67.5", "2024-03-01", "2024-03-04", "241.3", "P1/ct.nii.gz", "", "", ""]
QCT_COLUMNS = ["patient", "side", "region", "bmd_g_cm2", "t_score"]


def write(path, *rows, header=COLUMNS):
    path.write_text("".join("\t".join(row) + "\n" for row in [header, *rows]), encoding="utf-8")
    return path


def changed(**cells):
    return [cells.get(column, cell) for column, cell in zip(COLUMNS, GOOD, strict=True)]


def problems_of(read, *arguments):
    with pytest.raises(TableProblems) as raised:
        read(*arguments)
    return raised.value.problems


def test_a_good_row_is_typed_and_its_paths_are_seen_from_the_working_directory(tmp_path):
    (row,) = read_participants(write(tmp_path / "participants.tsv", GOOD))
    assert row["age"] == 67.5
    assert row["exam_date"] == "2024-03-01"
    assert row["ct"] == str(tmp_path / "P1" / "ct.nii.gz")
    assert row["mask"] is None
    assert row["exclusion"] is None


def test_identifiers_stay_text(tmp_path):
    (row,) = read_participants(write(tmp_path / "participants.tsv", changed(patient="001")))
    assert row["patient"] == "001"


def test_absolute_paths_and_parent_folders_are_kept(tmp_path):
    rows = [changed(ct="/data/P1"), changed(patient="P2", ct="../scans/P2.nrrd")]
    first, second = read_participants(write(tmp_path / "participants.tsv", *rows))
    assert first["ct"] == "/data/P1"
    assert second["ct"] == str(tmp_path.parent / "scans" / "P2.nrrd")


def test_byte_order_mark_windows_line_ends_and_blank_lines_are_fine(tmp_path):
    path = write(tmp_path / "participants.tsv", GOOD, [""] * len(COLUMNS))
    text = "\ufeff" + path.read_text() + "\n\n"
    path.write_bytes(text.replace("\n", "\r\n").encode())
    assert [row["patient"] for row in read_participants(path)] == ["P1"]


@pytest.mark.parametrize(
    "column, cell",
    [
        ("patient", "Müller, Anna"),
        ("patient", "x" * 33),
        ("patient", "../P1"),
        ("sex", "female"),
        ("age", "17"),
        ("age", "120.5"),
        ("age", "67,5 years"),
        ("age", "nan"),
        ("age", "6_7"),
        ("exam_date", "01.03.2024"),
        ("exam_date", "20240301"),
        ("qct_date", "2024-02-30"),
        ("dlp_mgy_cm", "0"),
        ("dlp_mgy_cm", "inf"),
        ("ct", ""),
        ("ct", "a\x00b"),
        ("exclusion", "hip prosthesis"),
    ],
)
def test_a_bad_cell_is_named_with_its_row_column_and_what_is_expected(tmp_path, column, cell):
    path = write(tmp_path / "participants.tsv", changed(patient="P0"), changed(**{column: cell}))
    (problem,) = problems_of(read_participants, path)
    expected = yaml.safe_load((SCHEMAS / "participants.schema.yaml").read_text())
    assert problem.startswith(f"{path}, row 3, column {column}: found ")
    assert expected["properties"][column]["description"] in problem


def test_all_problems_of_both_tables_come_at_once(tmp_path):
    participants = write(
        tmp_path / "participants.tsv",
        GOOD,
        changed(patient="P2", sex="X", age="12"),
        changed(patient="p1"),
    )
    qct = write(
        tmp_path / "qct.tsv",
        ["P1", "left", "total_hip", "0.80", "-1.2"],
        ["P1", "left", "total_hip", "0.81", "-1.1"],
        ["P9", "links", "neck", "4", "-11"],
        ["P2", "left", "total_hip", "", ""],
        header=QCT_COLUMNS,
    )
    problems = problems_of(read_cohort, participants, qct)
    named = [problem.split(":")[0].split("tsv, ")[1] for problem in problems]
    assert named == [
        *("row 3, column sex", "row 3, column age", "row 4, column patient"),
        *("row 4, column side", "row 4, column region", "row 4, column bmd_g_cm2"),
        *("row 4, column t_score", "row 4, column patient", "row 5, columns bmd_g_cm2 and t_score"),
        "row 3, column patient, side, region",
    ]


def test_a_long_list_of_problems_is_cut_and_counted(tmp_path):
    rows = [changed(patient=f"P{number}", sex="?") for number in range(60)]
    with pytest.raises(TableProblems, match="have 60 problems") as raised:
        read_participants(write(tmp_path / "participants.tsv", *rows))
    assert str(raised.value).endswith("... and 10 more.")
    assert len(raised.value.problems) == 60


def test_a_table_of_names_and_cts_is_enough(tmp_path):
    path = write(tmp_path / "new.tsv", ["N1", "N1.nii.gz"], header=["patient", "ct"])
    (row,) = read_participants(path)
    assert row.pop("patient") == "N1"
    assert row.pop("ct") == str(tmp_path / "N1.nii.gz")
    assert row.keys() >= {"sex", "age", "site", "mask", "exclusion"}
    assert set(row.values()) == {None}


def test_absent_unknown_and_repeated_columns_are_named(tmp_path):
    header = ["image" if name == "ct" else name for name in [*COLUMNS[:-1], "exclude", "age"]]
    path = write(tmp_path / "participants.tsv", [*GOOD, ""], header=header)
    absent, *unknown, repeated = problems_of(read_participants, path)
    assert "no column ct; this table has the columns patient, sex" in absent
    assert "column 'image' is not known; expected patient, sex" in unknown[0]
    assert "column 'exclude' is not known; expected patient, sex" in unknown[1]
    assert "'age' is there 2 times" in repeated


def test_no_cell_of_a_header_that_may_name_a_person_is_quoted(tmp_path):
    slipped = ["patient", "ct", "meier anna", *GOOD[3:]]
    path = write(tmp_path / "participants.tsv", GOOD, header=slipped)
    problems = problems_of(read_participants, path)
    text = "\n".join(problems)
    assert "column 3 is not known" in text
    assert not any(cell in text for cell in slipped[2:] if len(cell) > 2)


@pytest.mark.parametrize("separator", [";", ","])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("says_separator", [True, False])
def test_a_table_saved_by_a_spreadsheet_is_read(tmp_path, separator, encoding, says_separator):
    plain = read_participants(write(tmp_path / "participants.tsv", GOOD, changed(patient="P2")))
    path = tmp_path / "saved.tsv"
    lines = [separator.join(row) for row in (COLUMNS, GOOD, changed(patient="P2"))]
    lines = [f"sep={separator}"] * says_separator + lines
    path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    assert read_participants(path) == plain


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("in_header", [True, False])
def test_empty_columns_and_lines_at_the_end_are_passed_over(tmp_path, separator, in_header):
    rows = [*COLUMNS, *[""] * (3 * in_header)], [*GOOD, "", "", ""], [""] * 13
    path = tmp_path / "saved.tsv"
    path.write_text("\r\n".join(separator.join(row) for row in rows) + "\r\n\r\n")
    assert read_participants(path) == read_participants(write(tmp_path / "p.tsv", GOOD))


def test_cells_in_quotes_are_read(tmp_path):
    path = tmp_path / "saved.tsv"
    lines = [";".join(f'"{cell}"' for cell in row) for row in (COLUMNS, changed(ct='a;""b""'))]
    path.write_text("\n".join(lines))
    (row,) = read_participants(path)
    assert row["ct"] == str(tmp_path / 'a;"b"')


def test_decimal_commas_minus_signs_and_thousands_are_read(tmp_path):
    rows = [changed(age="67,5", dlp_mgy_cm="1.446,5"), changed(patient="P2", dlp_mgy_cm="1.446")]
    first, second = read_participants(write(tmp_path / "participants.tsv", *rows))
    assert (first["age"], first["dlp_mgy_cm"], second["dlp_mgy_cm"]) == (67.5, 1446.5, 1446)
    path = write(tmp_path / "qct.tsv", ["P1", "left", "total_hip", "0,7", "\u20132,5"])
    path.write_text("\t".join(QCT_COLUMNS) + "\n" + path.read_text().split("\n", 1)[1])
    (row,) = read_qct(path, ["P1"])
    assert (row["bmd_g_cm2"], row["t_score"]) == (0.7, -2.5)


@pytest.mark.parametrize("name", ["0012345", "Mueller-Anna", "Mueller, Anna"])
def test_no_problem_quotes_an_identifier(tmp_path, name):
    participants = write(
        tmp_path / "participants.tsv", GOOD, changed(patient=name), changed(patient=name)
    )
    rows = [[name, "left", "total_hip", "0.8", "-1.2"]] * 2
    qct = write(tmp_path / "qct.tsv", *rows, header=QCT_COLUMNS)
    said = problems_of(read_cohort, participants, qct)
    said += problems_of(read_qct, qct, ["P1"])
    said += problems_of(
        read_participants, write(tmp_path / "new.tsv", changed(patient=name)), [name]
    )
    headless = write(tmp_path / "rows.tsv", changed(ct=name), header=changed(patient=name))
    said += problems_of(read_participants, headless)
    assert len(said) > 5
    assert not any(part in " ".join(said) for part in ("0012345", "Mueller"))


@pytest.mark.parametrize("slip", [1, 2, 4])
def test_no_problem_quotes_an_identifier_of_a_row_that_slipped(tmp_path, slip):
    for name in ("0012345", "Mueller", "Mueller, Anna", "KV-77", "12.03.1950"):
        cells = [""] * slip + [name, *GOOD[1:]]
        path = write(tmp_path / "p.tsv", GOOD, cells[: len(COLUMNS)])
        said = problems_of(read_participants, path)
        qct = write(tmp_path / "qct.tsv", ["P1", "left", name, name, name], header=QCT_COLUMNS)
        said += problems_of(read_qct, qct, ["P1"])
        text = " ".join(said).replace(str(tmp_path), "")
        assert slip == 4 and name == "12.03.1950" or name not in text


def test_a_wrong_cell_that_names_nobody_is_quoted(tmp_path):
    wrong = {"sex": "female", "age": "17", "exam_date": "03.04.2024", "exclusion": "hip prosthesis"}
    problems = problems_of(read_participants, write(tmp_path / "p.tsv", changed(**wrong)))
    for cell, problem in zip(wrong.values(), problems, strict=True):
        assert f"found '{cell}'" in problem


def test_a_row_of_another_length_is_rejected(tmp_path):
    (problem,) = problems_of(read_participants, write(tmp_path / "p.tsv", GOOD, GOOD[:-2]))
    assert "row 3: found 8 cells; expected 10" in problem


@pytest.mark.parametrize(
    "content, output",
    [(None, "no such file"), (b"", "one for each patient"), (b"\x81\x82", "cannot be read")],
)
def test_a_file_that_is_absent_empty_or_no_text_is_a_sentence(tmp_path, content, output):
    path = tmp_path / "participants.tsv"
    if content is not None:
        path.write_bytes(content)
    (problem,) = problems_of(read_participants, path)
    assert output in problem


def test_new_patients_may_not_share_a_name_with_the_study(tmp_path):
    path = write(tmp_path / "new.tsv", GOOD)
    with pytest.raises(TableProblems, match="row 2, column patient: is a patient of the study's"):
        read_participants(path, taken=["p1"])


def test_a_t_score_without_density_is_fine(tmp_path):
    path = write(tmp_path / "qct.tsv", ["P1", "left", "total_hip", "", "-2.5"], header=QCT_COLUMNS)
    (row,) = read_qct(path, ["P1"])
    assert (row["bmd_g_cm2"], row["t_score"]) == (None, -2.5)


def test_the_schema_and_the_flow_know_the_same_exclusions():
    schema = yaml.safe_load((SCHEMAS / "participants.schema.yaml").read_text())
    assert schema["properties"]["exclusion"]["enum"] == [*EXCLUSIONS, None]


def test_a_table_without_a_path_says_where_to_set_it():
    first, second = problems_of(read_cohort, "", "")
    assert (
        first
        == second
        == ("A table has no path; set cohort: participants and qct in the configuration.")
    )
