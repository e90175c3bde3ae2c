"""Whatever a table holds, the answer is rows or a sentence; whatever a path is, it is read."""

import ast
import time
from pathlib import Path

import pandas as pd
import pytest
import SimpleITK as sitk
from hospital import ROOT, SETTINGS, femora, mask_of, pelvis, slices_of, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osteoct.cohort.image_qc import check_patients
from osteoct.cohort.qct_export import read_export
from osteoct.cohort.tables import TableProblems, read_participants, read_qct

FUZZ = settings(
    max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def test_any_table_is_rows_or_problems(tmp_path):
    path = tmp_path / "t.tsv"

    @FUZZ
    @given(content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
    def check(content):
        path.write_bytes(content)
        for read in (lambda: read_participants(path), lambda: read_qct(path, set())):
            with pytest.raises(TableProblems):
                read()
        with pytest.raises(ValueError, match="The QCT export"):
            read_export(path)

    check()


def test_a_table_of_fifty_thousand_rows_is_read_in_seconds(tmp_path):
    """Twenty times as many take twenty times as long: time and memory grow with the rows alone."""
    path, count = tmp_path / "qct.tsv", 50_000
    rows = (
        f"P{i // 2}\t{('left', 'right')[i % 2]}\ttotal_hip\t0.7\t-{i % 40 / 10}"
        for i in range(count)
    )
    path.write_text("\n".join(["patient\tside\tregion\tbmd_g_cm2\tt_score", *rows, ""]))
    began = time.process_time()
    assert len(read_qct(path, {f"P{i}" for i in range(count)})) == count
    assert time.process_time() - began < 20


def test_blanks_and_letters_of_any_language_in_paths_are_fine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(["a b Köln", "東京\t'\" %s {x} $HOME"]):
        folder = tmp_path / name
        write(slices_of(pelvis()), folder / "scan")
        sitk.WriteImage(mask_of(femora()), folder / "mask.nii.gz")
        rows = pd.DataFrame(
            [
                {
                    "patient": f"U{number}",
                    "ct": str(folder / "scan"),
                    "mask": str(folder / "mask.nii.gz"),
                }
            ]
        )
        table = check_patients(rows, settings=SETTINGS, keep_copies=True, code=[])
        assert table["status"][0] == "done", table["reason"][0]
        assert Path(table["mask"][0]).exists()


def test_no_module_loads_a_pickle():
    names = {"pickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}
    for path in Path(ROOT, "workflow/scripts").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            found = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            found += [node.module] if isinstance(node, ast.ImportFrom) else []
            assert not names & {str(name).split(".")[0] for name in found}, path
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("torch.load", "np.load"):
                named = {key.arg: ast.unparse(key.value) for key in node.keywords}
                assert named.get("weights_only") == "True" or named.get("allow_pickle") == "False"
