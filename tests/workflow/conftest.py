"""A whole tiny study, run once for all tests of this folder."""

import pytest
from tiny import Study


@pytest.fixture(scope="session")
def tiny_study(tmp_path_factory):
    """A study of a few synthetic patients that ran from start to end."""
    study = Study(tmp_path_factory.mktemp("tiny"))
    study.snakemake()
    return study


@pytest.fixture
def bare_study(tmp_path):
    """A study that has not run."""
    return Study(tmp_path)
