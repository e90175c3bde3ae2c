"""Others' programs: whether one is there, and what it says."""

import shutil
import subprocess

import pytest

PACKAGES = {  # Debian's, for each program
    "dciodvfy": "dicom3tools",
    "dcmdump": "dcmtk",
    "dcm2xml": "dcmtk",
    "dcm2pdf": "dcmtk",
    "dcmdrle": "dcmtk",
    "dcmdjpls": "dcmtk",
    "dcm2niix": "dcm2niix",
    "nifti_tool": "nifti-bin",
}


def needs(*programs):
    """A mark that skips a test where a program is absent, and says what to install."""
    absent = sorted({PACKAGES[one] for one in programs if not shutil.which(one)})
    return pytest.mark.skipif(bool(absent), reason=f"apt-get install {' '.join(absent)}")


def run(*command):
    """Both streams of a program that has to end well."""
    done = subprocess.run(list(map(str, command)), capture_output=True, check=False)
    text = (done.stdout + done.stderr).decode("utf-8", errors="replace")
    assert done.returncode == 0, f"{command[0]} ended with {done.returncode}:\n{text}"
    return text


def complaints(path):
    """What dciodvfy says of a DICOM object, without the name of its kind."""
    done = subprocess.run(["dciodvfy", str(path)], capture_output=True, check=False)
    text = (done.stdout + done.stderr).decode("utf-8", errors="replace")
    return [line for line in text.splitlines() if line.startswith(("Error", "Warning"))]
