"""The public surface of hipphantom: names load, light ones alone, and README's example runs."""

import doctest
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import hipphantom

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "workflow/scripts/hipphantom"


@pytest.mark.parametrize("name", hipphantom.__all__)
def test_public_name_is_the_one_of_its_module(name):
    module = importlib.import_module(hipphantom.PUBLIC[name])
    assert getattr(hipphantom, name) is getattr(module, name)


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'simulat'"):
        hipphantom.simulat  # noqa: B018


def test_names_of_patients_cost_no_library():
    code = "import sys; from hipphantom import patient_names; print('numpy' in sys.modules)"
    command = [sys.executable, "-c", code]
    found = subprocess.run(command, cwd=FOLDER.parent, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


def test_example_of_the_readme_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    outcome = doctest.testfile(str(FOLDER / "README.md"), module_relative=False)
    assert outcome.attempted >= 8 and outcome.failed == 0
