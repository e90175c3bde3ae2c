"""Inputs with faults of real life: geometry and Hounsfield units."""

import re
import sys

import pytest
from hospital import CHECKS, ROOT

from ctio import NOTE, RejectedInput, examine_scan

FOLDER = ROOT.parent / "shared" / "faults"
NAMES = [
    *("tilt_1mm_10deg", "sheared_nifti", "sheared_mha", "qform_against_sform"),
    *("hu_intercept_twice", "hu_intercept_twice_clipped", "hu_times_1_3"),
]


@pytest.mark.skipif(not FOLDER.exists(), reason="the shared faults are not here")
@pytest.mark.parametrize("name", NAMES)
def test_an_input_with_a_fault_of_real_life_is_not_used_without_a_word(name, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path, str(FOLDER)])
    from make_faults import FAULTS, make

    fault = FAULTS[name]
    issues = examine(make(FAULTS, tmp_path, [name])[name]["ct"])
    about = [issue for issue in issues if re.search(fault.about, issue.sentence.lower())]
    assert about and all(issue.remedy for issue in about)
    if fault.right != "warned":
        assert "rejected" in {issue.level for issue in about}


def examine(path):
    try:
        return [i for i in examine_scan({"ct": str(path)}, **CHECKS).issues if i.level != NOTE]
    except RejectedInput as rejection:
        return [rejection.issue]
