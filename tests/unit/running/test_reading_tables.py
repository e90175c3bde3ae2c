"""Tables of the study are read in one way."""

from osteoct.tables import read_table, read_tables, read_text_table


def test_names_of_patients_and_sites_stay_text(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("patient,site,age\n007,01,60\n")
    (row,) = read_table(path).to_dict("records")
    assert row == {"patient": "007", "site": "01", "age": 60}


def test_tables_lie_one_below_the_other_and_an_empty_one_changes_no_type(tmp_path):
    for name, text in {"a": "1\n2\n", "b": "", "c": "3\n"}.items():
        (tmp_path / f"{name}.csv").write_text(f"age\n{text}")
    table = read_tables([tmp_path / f"{name}.csv" for name in "abc"])
    assert list(table["age"]) == [1, 2, 3] and table["age"].dtype == int
    assert list(table.index) == [0, 1, 2]


def test_a_table_of_text_keeps_every_cell_as_it_is(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a,b\nNA,\n01,1.0\n")
    assert read_text_table(path).to_numpy().tolist() == [["NA", ""], ["01", "1.0"]]
