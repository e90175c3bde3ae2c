"""An export of a QCT workstation: dates, numbers, columns, and whose scan it is."""

import csv
from datetime import date
from pathlib import Path

import pytest
import yaml

from osteoct.cohort.qct_columns import describe_columns
from osteoct.cohort.qct_dates import read_dates
from osteoct.cohort.qct_export import read_export
from osteoct.cohort.qct_import import import_qct
from osteoct.cohort.qct_matching import nearest_scans
from osteoct.cohort.tables import read_cohort
from osteoct.numbers import read_numbers

LONG = """\
Patient ID;Scan Date;Side;Region;aBMD (g/cm²);T-Score
4711;06.03.2024;L;Femoral Neck;0,612;-2,05
4711;06.03.2024;L;Total Hip;0,655;-2,35
4711;06.03.2024;R;Total Hip;0,701;-1,90
4711;01.02.2024;L;Total Hip;0,999;0,10
4711;06.03.2024;L;Lumbar;0,999;0,10
9999;06.03.2024;L;Total Hip;0,5;-3
;06.03.2024;L;Total Hip;0,5;-3
4711;yesterday;L;Total Hip;0,5;-3
"""
WIDE = """\
id,date,hip,Neck BMD,Neck T-Score,Total Hip BMD,Total Hip T-Score
4711,2024-03-06,left,612,-2.05,655,-2.35
4711,2024-03-06,right,,,701,-1.90
"""

MATCHING = {"within_days": 7, "side": "left", "regions": ["femoral_neck", "total_hip"]}
HEADER = "Patient ID;Scan Date;Side;Region;BMD;T-Score\n"
PARTICIPANTS = "patient\tsex\texam_date\tqct_date\tct\n"


@pytest.fixture
def study(tmp_path):
    """A study of two patients, H0001 with a CT on 4 March 2024 and H0002 on 5 June."""
    folder = tmp_path / "study"
    (folder / "private").mkdir(parents=True)
    rows = "H0001\tF\t2024-03-04\t\tscans/H0001\nH0002\tM\t2024-06-05\t\tscans/H0002\n"
    (folder / "participants.tsv").write_text(PARTICIPANTS + rows)
    (folder / "private" / "identities.tsv").write_text(
        "patient\tsource\thospital_id\nH0001\tx\t4711\nH0002\ty\t4712\n"
    )
    return folder


def run(study, export, **options):
    path = study.parent / "export.csv"
    path.write_bytes(export if isinstance(export, bytes) else export.encode())
    return import_qct(path, study, **options)


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def files_of(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def scores(study):
    return {(r["patient"], r["side"], r["region"]): r["t_score"] for r in table(study / "qct.tsv")}


@pytest.mark.parametrize(
    "cells, days",
    [
        (["04/03/2024", "03/25/2024"], ["2024-04-03", "2024-03-25"]),
        (["04/03/2024 08:10", "25/03/2024 23:59:59"], ["2024-03-04", "2024-03-25"]),
        (["4/3/24 2:30 PM", "3/25/24 2:30 AM"], ["2024-04-03", "2024-03-25"]),
        (["04.03.24", "25.03.24"], ["2024-03-04", "2024-03-25"]),
        (["06.03.2024", "01.02.2024"], ["2024-03-06", "2024-02-01"]),
        (["04-03-2024", "25-03-2024"], ["2024-03-04", "2024-03-25"]),
        (["2024/3/4", "2024/03/25"], ["2024-03-04", "2024-03-25"]),
        (["20240304", "20240325101500"], ["2024-03-04", "2024-03-25"]),
        (["2024-03-04T10:00:00Z", "2024-03-25"], ["2024-03-04", "2024-03-25"]),
        (["45355", "45376.4375"], ["2024-03-04", "2024-03-25"]),
        (["4 Mar 2024", "25. März 2024"], ["2024-03-04", "2024-03-25"]),
        (["Mar 4, 2024", "25-MAR-24"], ["2024-03-04", "2024-03-25"]),
        (["25/03/99", "04/03/01"], ["1999-03-25", "2001-03-04"]),
        (["yesterday", "", "31/02/2024", "25/03/2024"], [None, None, None, "2024-03-25"]),
    ],
)
def test_the_whole_column_tells_how_its_dates_are_written(cells, days):
    assert [day and day.isoformat() for day in read_dates(cells)] == days


@pytest.mark.parametrize(
    "cells",
    [
        ["04/03/2024", "03/06/2024"],
        ["25/03/2024", "03/25/2024"],
        ["2024-03-04", "25/03/2024"],
        ["04/03/24", "03/06/24"],
        ["24-03-04", "24-03-06"],
    ],
)
def test_dates_of_no_order_or_of_several_are_refused_with_two_examples(cells):
    with pytest.raises(ValueError, match="DATES=mdy") as raised:
        read_dates(cells)
    assert all(cell in str(raised.value) for cell in cells)


def test_the_order_of_dates_may_be_said():
    cells = ["04/03/2024", "03/06/2024"]
    assert read_dates(cells, "mdy") == [date(2024, 4, 3), date(2024, 3, 6)]
    assert read_dates(cells, "dmy") == [date(2024, 3, 4), date(2024, 6, 3)]
    assert read_dates(["24-03-06"], "ymd") == [date(2024, 3, 6)]
    with pytest.raises(ValueError, match="DATES=dmy does not fit 03/25/2024"):
        read_dates([*cells, "03/25/2024"], "dmy")
    with pytest.raises(ValueError, match="expected mdy, dmy or ymd"):
        read_dates(cells, "us")


@pytest.mark.parametrize(
    "cells, numbers",
    [
        (["1,446", "802"], [1446, 802]),
        (["1.446", "802,5"], [1446, 802.5]),
        (["1,446", "0,5"], [1.446, 0.5]),
        (["1.446", "802"], [1.446, 802]),
        (["1,446"], [None]),
        (["1,446", "2"], [None, 2]),
        (["1\u202f446,5", "1'446", "12.345.678", "1 446"], [1446.5, 1446, 12345678, 1446]),
        (["\u22122.5", "\u20132.5", "- 2.5", "\u20112.5", "+2.5"], [-2.5, -2.5, -2.5, -2.5, 2.5]),
        (["1e-3", ".5", "5.", "007"], [0.001, 0.5, 5, 7]),
        (["<1", "2 g", "nan", "inf", "1_0", "0x1", "1,2,3", "²", "١", "--2", "1-2"], [None] * 11),
    ],
)
def test_a_number_is_read_right_or_not_at_all(cells, numbers):
    assert read_numbers(cells) == numbers


def test_of_two_readings_the_only_possible_one_is_taken():
    assert read_numbers(["1,446"], accept=lambda x: x if x < 10 else None) == [1.446]


@pytest.mark.parametrize("unit", ["(mg/cm²)", "(mg/cm2)", "[mg/cm^2]", "mg/cm**2", ", mg/cm2"])
@pytest.mark.parametrize("form", ["Neck BMD {}", "FN aBMD {}", "Femoral Neck areal BMD {}"])
def test_wide_columns_may_name_their_unit(unit, form):
    header = ["ID", "Date", "Side", form.format(unit), "T-Score (Neck)", "Neck Z-Score"]
    _, quantities, unknown = describe_columns(header)
    assert quantities == {
        3: ("femoral_neck", "bmd_g_cm2", "mg"),
        4: ("femoral_neck", "t_score", ""),
    }
    assert not unknown


def test_a_volumetric_density_is_no_areal_one_and_said_not_to_be_read(study):
    text = "ID;Date;Side;Neck BMD (mg/cm³);Neck T-Score\n4711;2024-03-05;left;212;-2,1\n"
    report = run(study, text)
    assert table(study / "qct.tsv")[0]["bmd_g_cm2"] == ""
    assert "1 columns of BMD or T-scores not read" in report


def test_numbers_that_are_not_read_are_counted_with_a_place(study):
    rows = "4711;2024-03-05;L;Neck;0.6;-2.05*\n4711;2024-03-05;L;Total;0.7;-30\n"
    report = run(study, HEADER + rows + "4711;2024-03-05;R;Neck;n/a;\u2013\n")
    assert "2 numbers not read, the first one in row 2, column 6" in report
    assert "2.05" not in report


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_exports_of_spreadsheets_are_read(study, encoding):
    rows = '="4711";06.03.2024;L;Neck;0,612;\u20132,05\n'
    run(study, ("sep=;\n" + HEADER + rows).encode(encoding))
    assert scores(study) == {("H0001", "left", "femoral_neck"): "-2.05"}


def test_two_cts_of_one_person_share_the_scans_by_date(study):
    path = study / "private" / "identities.tsv"
    path.write_text(path.read_text().replace("4712", "4711"))
    rows = "4711;2024-03-05;L;Neck;0.6;-2\n4711;2024-06-06;L;Neck;0.5;-3\n"
    run(study, HEADER + rows)
    assert [row["t_score"] for row in table(study / "qct.tsv")] == ["-2.0", "-3.0"]
    assert [r["qct_date"] for r in table(study / "participants.tsv")] == [
        "2024-03-05",
        "2024-06-06",
    ]


@pytest.mark.parametrize("side, day", [("left", "2024-03-05"), ("right", "2024-03-04")])
def test_the_studied_side_decides_which_day_is_nearest(study, side, day):
    (study / "study.yaml").write_text(yaml.safe_dump({"femur": {"side": side}}))
    rows = "4711;2024-03-04;R;Neck;0.6;-2\n4711;2024-03-05;L;Neck;0.5;-3\n"
    run(study, HEADER + rows)
    assert table(study / "participants.tsv")[0]["qct_date"] == day


def test_the_studys_own_settings_say_how_far_ct_and_qct_may_lie_apart(study):
    rows = "4711;2024-03-24;L;Neck;0.6;-2\n"
    assert "1 patients without a scan within 7 days" in run(study, HEADER + rows)
    (study / "study.yaml").write_text("cohort: {max_days_to_qct: 30}\n")
    run(study, HEADER + rows)
    assert scores(study) == {("H0001", "left", "femoral_neck"): "-2.0"}


def test_what_was_filled_by_hand_survives_and_what_was_not_is_replaced(study):
    rows = "4711;04/03/2024;L;Neck;0.6;-1\n4711;06/03/2024;L;Total;0.6;-2\n"
    run(study, HEADER + rows, order="dmy")
    hand = "H0002\tleft\ttotal_hip\t\t-1.5\nH0001\tright\tfemoral_neck\t\t-0.5\n"
    with (study / "qct.tsv").open("a") as file:
        file.write(hand)
    before = table(study / "participants.tsv")[0]["qct_date"]
    report = run(study, HEADER + rows, order="dmy")
    assert "2 rows of qct.tsv filled by hand, kept" in report
    assert scores(study)["H0002", "left", "total_hip"] == "-1.5"
    assert table(study / "participants.tsv")[0]["qct_date"] == before == "2024-03-04"
    corrected = (study / "qct.tsv").read_text().replace("0.6\t-1.0", "0.6\t-1.1")
    (study / "qct.tsv").write_text(corrected)
    run(study, HEADER + rows, order="dmy")
    assert scores(study)["H0001", "left", "femoral_neck"] == "-1.1"
    once = files_of(study)
    run(study, HEADER + rows, order="dmy")
    assert files_of(study) == once


def test_a_table_filled_by_hand_may_lack_columns(study):
    (study / "qct.tsv").write_text(
        "patient\tside\tregion\tbmd_g_cm2\nH0002\tleft\ttotal_hip\t0.71\n"
    )
    report = run(study, HEADER + "4711;2024-03-05;L;Neck;0.5;-3\n")
    assert "1 rows of qct.tsv filled by hand, kept" in report
    assert scores(study)["H0002", "left", "total_hip"] == ""
    assert scores(study)["H0001", "left", "femoral_neck"] == "-3.0"


def test_a_second_export_replaces_what_the_first_one_wrote(study):
    run(study, HEADER + "4711;2024-03-09;L;Neck;0.6;-1\n")
    run(study, HEADER + "4711;2024-03-05;L;Neck;0.5;-3\n")
    assert scores(study) == {("H0001", "left", "femoral_neck"): "-3.0"}
    assert table(study / "participants.tsv")[0]["qct_date"] == "2024-03-05"


def test_a_day_filled_by_hand_chooses_the_scan(study):
    path = study / "participants.tsv"
    path.write_text(path.read_text().replace("2024-03-04\t", "2024-03-04\t2024-03-08"))
    rows = "4711;2024-03-05;L;Neck;0.6;-1\n4711;2024-03-08;L;Neck;0.5;-3\n"
    run(study, HEADER + rows)
    assert scores(study) == {("H0001", "left", "femoral_neck"): "-3.0"}


def test_half_a_measurement_is_remarked(study):
    report = run(study, HEADER + "4711;2024-03-05;L;Total Hip;0.9;-0.9\n")
    assert "1 patients without a T-score of femoral_neck" in report
    whole = "4711;2024-03-05;L;Total;0.9;-0.9\n4711;2024-03-05;L;Neck;0.9;-1\n"
    assert "half" not in run(study, HEADER + whole)


def test_columns_of_the_participants_stay_whatever_separates_them(study):
    path = study / "participants.tsv"
    text = (
        "patient;ct;site;exam_date\nH0001;scans/H0001;north;04.03.2024\nH0002;b;south;25.03.2024\n"
    )
    path.write_text(text)
    run(study, HEADER + "4711;2024-03-05;L;Neck;0.6;-1\n")
    rows, measurements = read_cohort(path, study / "qct.tsv")
    assert (rows[0]["site"], rows[0]["exam_date"]) == ("north", "2024-03-04")
    assert (rows[0]["qct_date"], rows[1]["qct_date"]) == ("2024-03-05", None)
    assert len(measurements) == 1


@pytest.mark.parametrize("broken", ["export", "participants.tsv", "private/identities.tsv"])
def test_a_call_that_fails_changes_no_file(study, broken):
    rows = "4711;04/03/2024;L;Neck;0.6;-1\n4711;06/03/2024;L;Total;0.6;-2\n"
    run(study, HEADER + rows, order="dmy")
    if broken != "export":
        (study / broken).write_text("Mueller Anna|0012345\n")
    before = files_of(study)
    with pytest.raises(ValueError) as raised:
        run(study, HEADER + rows, order="" if broken == "export" else "dmy")
    assert files_of(study) == before
    assert not any(name in str(raised.value) for name in ("Mueller", "0012345", "4711"))


def test_a_disk_that_takes_only_one_file_gets_none(study, monkeypatch):
    write = Path.write_text

    def full(path, *arguments, **options):
        if "participants" in path.name:
            raise OSError(28, "No space left on device")
        return write(path, *arguments, **options)

    run(study, HEADER + "4711;2024-03-09;L;Neck;0.6;-1\n")
    before = files_of(study)
    (study.parent / "export.csv").write_text(HEADER + "4711;2024-03-05;L;Neck;0.5;-3\n")
    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(Exception, match="disk is full"):
        import_qct(study.parent / "export.csv", study)
    assert files_of(study) == before


def test_a_wide_export_says_the_same_as_a_long_one(tmp_path):
    for name, text in (("long.csv", LONG), ("wide.csv", WIDE)):
        (tmp_path / name).write_text(text, encoding="latin-1")
    wide, _ = read_export(tmp_path / "wide.csv")
    long, _ = read_export(tmp_path / "long.csv")
    assert all(row in long for row in wide)
    assert len(wide) == 3


def test_what_an_export_holds_besides_is_counted_not_hidden(tmp_path):
    (tmp_path / "long.csv").write_text(LONG, encoding="latin-1")
    measurements, skipped = read_export(tmp_path / "long.csv")
    assert len(measurements) == 5
    assert dict(skipped) == {
        "no patient": 1,
        "no readable date": 1,
        "no known region or no number": 1,
    }


def test_the_scan_nearest_to_the_ct_counts_if_it_is_near_enough(tmp_path):
    (tmp_path / "long.csv").write_text(LONG, encoding="latin-1")
    measurements, _ = read_export(tmp_path / "long.csv")
    for exam, scan in ((date(2024, 3, 4), date(2024, 3, 6)), (date(2024, 2, 3), date(2024, 2, 1))):
        rows, days, _ = nearest_scans(measurements, {"4711": ["A"]}, {"A": exam}, **MATCHING)
        assert days == {"A": scan}
        assert len(rows) == (3 if scan.month == 3 else 1)
    rows, days, counts = nearest_scans(
        measurements, {"4711": ["A"]}, {"A": date(2024, 6, 1)}, **MATCHING
    )
    assert (rows, days) == ([], {})
    assert counts["patients without a scan within 7 days"] == 1


def test_an_export_becomes_the_studys_own_tables_and_a_report_without_names(study, tmp_path):
    report = run(study, LONG)
    participants, measurements = read_cohort(study / "participants.tsv", study / "qct.tsv")
    assert participants[0]["qct_date"] == "2024-03-06"
    assert [(row["side"], row["region"], row["t_score"]) for row in measurements] == [
        ("left", "femoral_neck", -2.05),
        ("left", "total_hip", -2.35),
        ("right", "total_hip", -1.9),
    ]
    assert "5 measurements read, 3 written" in report
    assert "1 patients of the export who are not in the study" in report
    assert "4711" not in report and "9999" not in report


@pytest.mark.parametrize("content", [b"", b"a;b\n1;2\n", b"\x00\xff" * 99, b"a;b;c;d\n1;2;3;4\n"])
def test_an_export_that_is_no_table_is_a_sentence(tmp_path, content):
    (tmp_path / "export.csv").write_bytes(content)
    with pytest.raises(ValueError, match="The QCT export"):
        read_export(tmp_path / "export.csv")


@pytest.mark.parametrize(
    "name, row",
    [
        ("T-Score", "-2,05;-1"),
        ("T score", "-2,05;"),
        ("Side", "-2,05;R"),
        ("Patient ID", "-2,05;1"),
    ],
)
def test_a_column_that_is_there_twice_and_differs_is_one_sentence(study, name, row):
    export = f"{HEADER.strip()};{name}\n4711;06.03.2024;L;Total Hip;0,6;{row}\n"
    before = files_of(study)
    with pytest.raises(ValueError, match="the same name over columns . and 7") as raised:
        run(study, export)
    assert "4711" not in str(raised.value) and files_of(study) == before


def test_a_column_that_is_there_twice_alike_is_read(study):
    run(study, f"{HEADER.strip()};T-Score\n4711;06.03.2024;L;Total Hip;0,6;-2,05;-2,05\n")
    assert scores(study) == {("H0001", "left", "total_hip"): "-2.05"}


def test_a_patient_who_is_there_twice_and_days_that_are_open_are_one_sentence(study):
    export = HEADER + "4711;06.03.2024;L;Total Hip;0,6;-2,05\n"
    path = study / "participants.tsv"
    good = path.read_text()
    path.write_text(good + "H0001\tF\t2024-03-09\t\tx\n")
    with pytest.raises(ValueError, match="1 rows of patients whom an earlier row names"):
        run(study, export)
    path.write_text(good.replace("2024-03-04", "03/04/2024").replace("2024-06-05", "06/05/2024"))
    with pytest.raises(ValueError, match="column exam_date: it is open which number is the day"):
        run(study, export)
    path.write_text(good.replace("2024-06-05", "not known"))
    assert "1 patients without a day of the CT" in run(study, export)


@pytest.mark.parametrize("number", ["0004711", "4711.0"])
def test_a_number_that_a_spreadsheet_changed_is_said_and_not_guessed(study, number):
    report = run(study, f"{HEADER}{number};06.03.2024;L;Total Hip;0,6;-2,05\n")
    assert "1 of these whose number is one of the study's but for zeros" in report
    assert scores(study) == {} and number not in report


@pytest.mark.parametrize("month", ["mars", "März", "marzo", "Mar", "March"])
def test_months_may_have_names_of_several_languages(month):
    days = read_dates([f"6 {month} 2024", "7 juin 2024", "8 giugno 2024", "9 août 2024"])
    assert [day.isoformat()[5:] for day in days] == ["03-06", "06-07", "06-08", "08-09"]
