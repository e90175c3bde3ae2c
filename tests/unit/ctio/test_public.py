"""What others may use of ctio, and what that costs them."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import SimpleITK as sitk
from hospital import ROOT, femora, mask_of, pelvis, slices_of, write

import ctio

SCRIPTS = ROOT / "workflow" / "scripts"
README = (SCRIPTS / "ctio" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ctio.__all__)
def test_every_public_name_is_there(name):
    assert getattr(ctio, name) is not None


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'read_everything'"):
        _ = ctio.read_everything


def test_nobody_else_looks_behind_the_public_surface():
    for path in [*SCRIPTS.rglob("*.py"), *(ROOT / "benchmarks").glob("*.py")]:
        if SCRIPTS / "ctio" not in path.parents:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                module = node.module if isinstance(node, ast.ImportFrom) else None
                assert not str(module).startswith("ctio."), path


def test_the_example_of_the_readme_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write(slices_of(pelvis()), Path("scan"))
    sitk.WriteImage(mask_of(femora()), "mask.nii.gz")
    (example,) = re.findall(r"```python\n(.*?)```", README, flags=re.S)
    exec(example, {})
    printed = capsys.readouterr().out
    assert "warning: Slices are 5 mm apart" in printed and "210 × 90 × 26" in printed
    assert Path("ct.nii.gz").is_file()


@pytest.mark.parametrize(
    "code, absent",
    [
        ("import ctio", {"numpy", "SimpleITK", "pydicom", "highdicom"}),
        ("from ctio import RejectedInput, CATALOGUE", {"numpy", "SimpleITK"}),
        ("from ctio import examine_scan, read_mask, write_image", {"pydicom", "highdicom"}),
        ("from ctio import read_segmentation", {"pydicom", "highdicom"}),
    ],
)
def test_what_is_not_needed_is_not_loaded(code, absent):
    code += f"; import sys; print(*(set({sorted(absent)}) & set(sys.modules)))"
    run = {"capture_output": True, "text": True, "check": True, "cwd": SCRIPTS}
    assert subprocess.run([sys.executable, "-c", code], **run).stdout.strip() == ""
