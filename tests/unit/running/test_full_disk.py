"""A full disk stops the job with a sentence; it is no patient's fault and leaves no half file."""

import errno
import os
import signal
import subprocess
import sys
import zipfile
from functools import partial
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk
from safetensors.numpy import save_file
from small_disk import small_disk

from ctio import RejectedInput
from ctio.intake.archives import unpack_archive
from osteoct.batches import for_each_patient
from osteoct.figures.style import save_figure
from osteoct.images import room_for_archives, write_image
from osteoct.problems import PatientProblem
from osteoct.results import atomic, write_csv, write_json, write_text
from osteoct.storage import StorageProblem

NOISE = np.random.default_rng(0).integers(0, 2000, (40, 80, 80)).astype(np.int16)
PEOPLE = pd.DataFrame({"patient": ["A", "B", "C"]})
RUN = {"env": {**os.environ, "PYTHONPATH": "workflow/scripts"}, "cwd": Path(__file__).parents[3]}


def write_tensors(path):
    with atomic(path) as partial:
        save_file({"noise": NOISE}, partial)


def write_picture(path):
    figure = plt.figure()
    figure.add_subplot().imshow(np.hstack(NOISE), aspect="auto")
    save_figure(figure, path)


WRITERS = {
    "ct.nii.gz": lambda path: write_image(sitk.GetImageFromArray(NOISE), path),
    "table.csv": lambda path: write_csv(pd.DataFrame(NOISE[0]), path),
    "record.json": lambda path: write_json(NOISE.ravel(), path),
    "page.html": lambda path: write_text("word " * 200_000, path),
    "weights.safetensors": write_tensors,
    "figure.png": write_picture,
}


@pytest.fixture
def disk(tmp_path, monkeypatch):
    with small_disk(tmp_path / "disk", kilobytes=16) as disk:
        monkeypatch.chdir(disk.folder)
        yield disk


@pytest.mark.parametrize("name", WRITERS)
def test_no_kind_of_file_is_left_half_written(disk, name):
    with pytest.raises(StorageProblem, match=r"^The disk is full: results/.*are free there\."):
        WRITERS[name](Path("results", name))
    assert [path for path in Path("results").rglob("*") if path.is_file()] == []
    disk.hold(kilobytes=20_000)
    WRITERS[name](Path("results", name))
    assert Path("results", name).stat().st_size > 16_000


def test_a_batch_stops_and_goes_on_where_it_was_when_there_is_room(disk):
    disk.hold(kilobytes=500)
    measured = []

    def measure(row, folder):
        measured.append(row["patient"])
        write_image(sitk.GetImageFromArray(NOISE), folder / "femur.nii.gz")
        return {}

    how = {"step": "femurs", "files": ["femur.nii.gz"], "key": 1}
    with pytest.raises(StorageProblem, match="The disk is full: results/patients/B/femur.nii.gz"):
        for_each_patient(PEOPLE, measure, **how)
    assert [path.name for path in Path("results/patients/B").iterdir()] == []
    disk.hold(kilobytes=20_000)
    table = for_each_patient(PEOPLE, measure, **how)
    assert measured == ["A", "B", "B", "C"]
    assert (table["status"] == "done").all()


def test_an_archive_that_finds_no_room_is_not_a_damaged_one(disk, tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "ct.zip", "w") as archive:
        archive.writestr("1.dcm", NOISE.tobytes())
    monkeypatch.setattr("tempfile.tempdir", str(disk.folder))
    limits = {"max_files": 9, "max_bytes": 10**7}
    with (
        pytest.raises(StorageProblem, match="The disk is full: the unpacked archive"),
        room_for_archives(),
        unpack_archive(tmp_path / "ct.zip", **limits),
    ):
        pass
    assert list(disk.folder.iterdir()) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.ESTALE])
@pytest.mark.parametrize(
    "problem", [PatientProblem, RuntimeError, partial(RejectedInput, "unreadable")]
)
def test_a_disk_that_a_reader_took_for_bad_data_is_no_patients_fault(
    tmp_path, monkeypatch, code, problem
):
    monkeypatch.chdir(tmp_path)

    def measure(row, folder):
        try:
            raise OSError(code, os.strerror(code))
        except OSError:
            raise problem("The CT is damaged.") from None

    with pytest.raises(StorageProblem):
        for_each_patient(PEOPLE, measure, step="image_qc", files=[], key=1)
    assert not list(tmp_path.rglob("image_qc.json"))


@pytest.mark.parametrize("problem", [PatientProblem, partial(RejectedInput, "unreadable")])
def test_a_patients_own_fault_stays_one(tmp_path, monkeypatch, problem):
    monkeypatch.chdir(tmp_path)

    def measure(row, folder):
        if row["patient"] == "B":
            raise problem("The CT is damaged.")
        return {}

    table = for_each_patient(PEOPLE, measure, step="image_qc", files=[], key=1)
    assert list(table["status"]) == ["done", "failed", "done"]
    assert table["reason"][1].startswith("The CT is damaged.")


def test_a_limit_on_the_size_of_files_is_named(tmp_path):
    code = (
        "import resource, numpy, SimpleITK as sitk\n"
        "from osteoct.images import write_image\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "noise = numpy.random.default_rng(0).integers(0, 2000, (40, 80, 80)).astype('int16')\n"
        f"write_image(sitk.GetImageFromArray(noise), {str(tmp_path / 'ct.nii.gz')!r})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, **RUN)
    assert "The system allows no file of that size" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_job_ends_with_the_sentence_where_the_log_has_no_room_for_it(disk):
    (disk.folder / "filled").write_bytes(bytes(16_384))
    code = "from osteoct.job import log_to; log_to('log'); open('table', 'w').write('1' * 9999)"
    env = RUN["env"] | {"PYTHONPATH": str(RUN["cwd"] / "workflow/scripts")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert done.returncode == 1
    assert done.stderr.startswith(
        "The job has stopped. The disk is full: a file of the study is not written."
    )


def test_a_writer_killed_half_way_leaves_nothing_under_the_final_name(tmp_path):
    code = (
        "import os, signal\n"
        "from osteoct.results import atomic\n"
        f"with atomic({str(tmp_path / 'table.csv')!r}) as partial:\n"
        "    partial.write_text('half of it')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], **RUN)
    assert done.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".partial-")


def test_a_record_that_a_power_cut_emptied_is_made_anew(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    how = {"step": "image_qc", "files": [], "key": 1}
    for_each_patient(PEOPLE, lambda row, folder: {"age": 60}, **how)
    Path("results/patients/B/image_qc.json").write_bytes(b"")
    table = for_each_patient(PEOPLE, lambda row, folder: {"age": 70}, **how)
    assert list(table["age"]) == [60, 70, 60]
