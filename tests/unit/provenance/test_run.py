"""What a run was made of, described without naming a place or a person."""

import shlex
import subprocess

import pytest
import yaml
from snakemake.cli import parse_config

from osteoct.provenance import run as provenance


def test_packages_are_listed_once_with_their_environments(tmp_path):
    text = "dependencies:\n  - python =3.11\n  - pip:\n      - numpy==2.4.6\n      - {}\n"
    (tmp_path / "images.yaml").write_text(text.format("simpleitk==2.5.7"))
    (tmp_path / "report.yaml").write_text(text.format("jinja2==3.1.6"))
    assert provenance.packages(tmp_path.glob("*.yaml")) == [
        ("jinja2", "3.1.6", "report"),
        ("numpy", "2.4.6", "images, report"),
        ("simpleitk", "2.5.7", "images"),
    ]


def test_a_package_of_another_version_is_named_and_an_absent_one_is_not():
    pinned = [("pytest", "0.0.1", ""), ("pytest", pytest.__version__, ""), ("no-such", "1", "")]
    assert provenance.deviations(pinned) == [f"pytest is {pytest.__version__}, not 0.0.1."]


@pytest.mark.parametrize(
    "path", ["/data/hospital/participants.tsv", "~/participants.tsv", r"C:\data\participants.tsv"]
)
def test_absolute_paths_of_the_configuration_keep_only_their_last_part(path):
    printed = provenance.printable({"cohort": {"participants": path, "limits": [1, 2.5]}})
    assert yaml.safe_load(printed)["cohort"] == {
        "participants": "…/participants.tsv",
        "limits": [1, 2.5],
    }


def test_relative_paths_of_the_configuration_are_kept():
    assert "tables/participants.tsv" in provenance.printable({"a": "tables/participants.tsv"})


def git(folder, *arguments):
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run(["git", "-C", folder, *identity, *arguments], check=True, capture_output=True)


def test_the_commit_is_recorded_and_marked_when_files_differ_from_it(tmp_path):
    git(tmp_path, "init")
    (tmp_path / "code.py").write_text("a = 1\n")
    git(tmp_path, "add", "code.py")
    git(tmp_path, "commit", "-m", "first")
    clean = provenance.commit(tmp_path)
    (tmp_path / "code.py").write_text("a = 2\n")
    assert len(clean) == 40
    assert provenance.commit(tmp_path) == f"{clean} with uncommitted changes"


def test_a_folder_inside_another_projects_repository_has_no_commit(tmp_path):
    git(tmp_path, "init")
    git(tmp_path, "commit", "--allow-empty", "-m", "first")
    (tmp_path / "inner").mkdir()
    assert provenance.commit(tmp_path / "inner") is None


def test_a_run_is_described_by_digests_without_folders(tmp_path):
    weights = tmp_path / "coarse" / "weights.safetensors"
    weights.parent.mkdir()
    weights.write_bytes(b"weights")
    about = {"root": tmp_path, "code": "c0de", "configuration": {"seed": 3}}
    run = provenance.describe_run([], [str(weights)], **about)
    (name, digest), *_ = run["digests"]
    assert name == "coarse/weights.safetensors"
    assert len(digest) == 64
    assert run["seed"] == 3
    assert str(tmp_path) not in str(run)


def test_the_digest_of_the_code_follows_its_files_and_nothing_else(tmp_path):
    for name in ("here", "there"):
        (tmp_path / name / "workflow/rules").mkdir(parents=True)
        (tmp_path / name / "Snakefile").write_text("rule all:")
        (tmp_path / name / "workflow/rules/cohort.smk").write_text("rule cohort:")
    here, there = tmp_path / "here", tmp_path / "there"
    (there / "workflow/rules/cohort.pyc").write_text("compiled")
    before = provenance.code_digest(here)
    assert provenance.code_digest(there) == before
    (there / "workflow/rules/cohort.smk").rename(there / "workflow/rules/other.smk")
    assert provenance.code_digest(there) != before


def test_the_options_of_a_run_keep_no_folder_outside_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = [tmp_path / "hips/study.yaml", "/data/hospital/more.yaml"]
    options = ["--configfile", "hips/study.yaml", "'…/more.yaml'"]
    assert provenance.options_of(given, {}) == options
    assert provenance.options_of([], {}) == []


def test_settings_of_the_command_line_are_written_as_snakemake_reads_them():
    settings = {"seed": 7, "femur": {"side": "right"}, "nested": True, "name": "two words"}
    option, *words = shlex.split(" ".join(provenance.options_of([], settings)))
    assert option == "--config"
    assert parse_config(words) == settings


def test_settings_of_the_command_line_keep_no_folder():
    options = provenance.options_of([], {"cohort": "/data/hospital/people.tsv"})
    assert options == ["--config", "'cohort=…/people.tsv'"]
