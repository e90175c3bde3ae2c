"""A whole tiny study, run once for all tests of this folder, whichever process they run in."""

import os
import pickle

import pytest
from filelock import FileLock
from tiny import Study


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Keep the tests that start from the tiny study in one process, so that no other waits."""
    for item in items:
        if "tiny_study" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group("tiny"))


@pytest.fixture(scope="session")
def tiny_study(tmp_path_factory):
    """A study of a few synthetic patients that ran from start to end."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    finished = shared / "tiny.pickle"
    with FileLock(shared / "tiny.lock"):
        if not finished.exists():
            study = Study(shared / "tiny")
            study.snakemake()
            finished.write_bytes(pickle.dumps(study))
    return pickle.loads(finished.read_bytes())


@pytest.fixture
def bare_study(tmp_path):
    """A study that has not run."""
    return Study(tmp_path)
