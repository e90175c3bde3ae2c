"""Checks of a run's own results: rule check_results, or pytest tests/results --results DIR."""

import json
import logging
from pathlib import Path

import pandas as pd
import pytest

logger = logging.getLogger("osteoct.checks")


def pytest_addoption(parser):
    parser.addoption("--results", default="results", help="folder of a finished run")
    parser.addoption("--passed", help="file to list the checks that passed")


@pytest.fixture(scope="session")
def results(request):
    folder = Path(request.config.getoption("--results"))
    if not (folder / "cohort/study.csv").exists():
        pytest.exit(f"{folder} holds no finished run: there is no cohort/study.csv.", returncode=2)
    return folder


def read(paths):
    """Tables of one kind below each other; what is empty stays empty."""
    tables = [pd.read_csv(path, dtype={"patient": str}) for path in paths]
    return pd.concat(tables, ignore_index=True)


@pytest.fixture(scope="session")
def study(results):
    """Every screened patient of the study."""
    return read([results / "cohort/study.csv"])


@pytest.fixture(scope="session")
def screened(results):
    """Every patient of the run, those who are only classified included."""
    return read([path for path in cohort_tables(results) if path.exists()])


@pytest.fixture(scope="session")
def predictions(results):
    """Class and probabilities of every patient with features."""
    paths = [results / "predictions" / f"{group}.csv" for group in ("study", "new")]
    return read([path for path in paths if path.exists()])


@pytest.fixture(scope="session")
def features(results):
    return read([results / "cohort/features.csv"])


@pytest.fixture(scope="session")
def selection(results):
    return json.loads((results / "model/selection.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def thresholds(results):
    return json.loads((results / "model/thresholds.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def batch_table(results):
    """Function: a table of all batches, by its name."""
    return lambda name: read(sorted((results / "batches").glob(f"*/{name}.csv")))


def cohort_tables(results):
    return [results / "cohort/study.csv", results / "cohort/new.csv"]


def pytest_configure(config):
    config.passed_checks = []


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    report = (yield).get_result()
    if report.when == "call" and report.passed:
        item.config.passed_checks.append(f"{item.path.stem}: {sentence(item.name)}")
    if report.failed:  # on the console; what was found instead is in the job's log alone
        logger.error("A check of the results failed: %s.", sentence(item.name))


def pytest_sessionfinish(session, exitstatus):
    """List what passed, without times or machines: the same run gives the same file."""
    path = session.config.getoption("--passed")
    if path and exitstatus == 0:
        passed = sorted(session.config.passed_checks)
        Path(path).write_text("\n".join([f"{len(passed)} checks passed:", *passed, ""]))


def sentence(name):
    return name.removeprefix("test_").replace("_", " ")
