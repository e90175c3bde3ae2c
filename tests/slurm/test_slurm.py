"""The tiny study through SLURM, with the profile that clusters get."""

import re

import pytest
import yaml
from cluster import finished_jobs, install, two_nodes, why_not
from environments import new_environment
from rulebook import ROOT
from tiny import Study

pytestmark = [pytest.mark.slurm, pytest.mark.skipif(bool(why_not()), reason=why_not())]
PROFILE = ROOT / "profiles" / "slurm"
HUNGRY = "gather_synthetic"  # the rule whose first try is made to fail


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A tiny study that ran on two nodes, and all SLURM jobs it took."""
    if not install():
        pytest.skip("apt-get could not install SLURM")
    folder = tmp_path_factory.mktemp("slurm")
    study = Study(folder)
    pinned = [ROOT / "requirements.txt", PROFILE / "requirements.txt"]
    options = [word for path in pinned for word in ("--requirement", path)]
    study.program = new_environment(folder / "venv", *options) / "snakemake"
    starve(study)
    with two_nodes(folder / "cluster"):
        study.output = study.snakemake("--workflow-profile", small_cluster(study), "--cores", "1")
        study.jobs = finished_jobs()
    return study


def small_cluster(study):
    """The shipped profile, its jobs looked after more often than a real cluster allows."""
    settings = yaml.safe_load((PROFILE / "config.yaml").read_text())
    settings |= {"slurm-init-seconds-before-status-checks": 3, "printshellcmds": True}
    folder = study.folder / "profile"
    folder.mkdir()
    (folder / "config.yaml").write_text(yaml.safe_dump(settings))
    return folder


def starve(study):
    """Let a rule of the copied project fail with the memory of its first try."""
    script = study.project / "workflow" / "scripts" / f"{HUNGRY}.py"
    failure = "if snakemake.resources.mem_mb < 2000:\n    raise MemoryError\n"
    script.write_text(script.read_text() + failure)


def of_rule(study, rule):
    """SLURM jobs of a rule or a group, by the comment that Snakemake gives them."""
    return [job for job in study.jobs if re.match(rf"rule_{rule}(_|$)", job["Comment"])]


def test_the_whole_study_ran_and_passed_its_own_checks(study):
    for patient in study.read("cohort/study.csv").patient:
        assert (study.folder / "results/patients" / patient / "audit.html").exists()
    assert (study.folder / "results/checks.txt").exists()


def test_every_job_ran_on_a_node_as_a_slurm_job(study):
    finished = [job for job in study.jobs if job["JobState"] == "COMPLETED"]
    assert len(finished) >= 20
    assert {job["NodeList"] for job in finished} == {"n1", "n2"}


def test_training_alone_asks_for_a_gpu_and_gets_it_on_the_gpu_partition(study):
    with_gpu = [job for job in study.jobs if "gpu" in job.get("TresPerJob", "")]
    assert len(with_gpu) == 2 and with_gpu == of_rule(study, "train_segmentation")
    assert {(job["Partition"], job["NodeList"]) for job in with_gpu} == {("gpu", "n1")}


def test_small_jobs_are_grouped(study):
    assert len(of_rule(study, "simulate")) == 1
    assert len(of_rule(study, "exhibits")) == 1


def test_a_failed_job_is_tried_again_with_twice_the_memory_and_time(study):
    first, second = of_rule(study, HUNGRY)
    assert (first["JobState"], second["JobState"]) == ("FAILED", "COMPLETED")
    assert (first["MinMemoryNode"], second["MinMemoryNode"]) == ("1000M", "2000M")
    assert (first["TimeLimit"], second["TimeLimit"]) == ("00:10:00", "00:20:00")
