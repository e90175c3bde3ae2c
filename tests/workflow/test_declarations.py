"""Every rule says truthfully what it depends on."""

import re
from importlib.metadata import requires
from sys import stdlib_module_names

import pytest
import yaml
from rulebook import (
    ROOT,
    code_named,
    env_of,
    import_names,
    needed_to_parse,
    pins,
    rules,
    script_of,
    third_party,
)

every_rule = pytest.mark.parametrize(
    "name, block", [pytest.param(name, block, id=name) for name, block in rules()]
)
every_script = pytest.mark.parametrize(
    "name, block",
    [pytest.param(name, block, id=name) for name, block in rules() if script_of(block)],
)
every_environment = pytest.mark.parametrize(
    "env", sorted((ROOT / "envs").glob("*.yaml")), ids=lambda env: env.stem
)


@every_script
def test_rule_depends_on_the_code_of_its_script(name, block):
    assert code_named(block) == script_of(block).stem


@every_script
def test_environment_provides_every_import(name, block):
    provided = import_names(pins(env_of(block).read_text()))
    assert third_party(script_of(block)) - stdlib_module_names <= provided


@every_script
def test_script_is_named_after_its_rule(name, block):
    assert script_of(block).stem == name


@every_rule
def test_rule_has_a_sentence_a_log_and_an_environment(name, block):
    assert re.match(r'\w+:\n    """[A-Z].*', block), "no docstring"
    assert "conda:" in block, "no environment"
    assert "log:" in block, "no log"


def test_rules_are_read_with_what_snakemake_itself_needs():
    """Who has conda make the environments starts from Snakemake alone."""
    needed = {name.lower() for name in needed_to_parse() - stdlib_module_names}
    own = {re.match(r"[\w.-]+", line)[0].lower() for line in requires("snakemake")}
    assert needed and needed <= import_names(own)


def test_the_rule_all_names_what_the_report_shows():
    named = re.findall(r'(table|figure)\("(\w+)"\)', (ROOT / "Snakefile").read_text())
    captions = yaml.safe_load((ROOT / "workflow/report/captions.yaml").read_text())
    exhibits = [exhibit for chapter in captions["chapters"] for exhibit in chapter["exhibits"]]
    shown = {(kind, e[kind]) for e in exhibits for kind in ("table", "figure") if kind in e}
    assert set(named) == shown
    assert len(named) == len(set(named))


def test_every_script_belongs_to_a_rule():
    used = {script_of(block).name for _, block in rules() if script_of(block)}
    assert {path.name for path in (ROOT / "workflow/scripts").glob("*.py")} == used


@every_environment
def test_environment_pins_equal_the_lock(env):
    lock = pins((ROOT / "requirements.txt").read_text())
    found = pins(env.read_text())
    assert found
    assert found == {package: lock.get(package) for package in found}


@every_environment
def test_environment_declares_nothing_that_none_of_its_rules_imports(env):
    scripts = [script_of(block) for _, block in rules() if env_of(block) == env]
    imported = set().union(*(third_party(script) for script in scripts if script))
    assert [name for name in pins(env.read_text()) if not import_names([name]) & imported] == []


def test_every_environment_is_used():
    used = {re.search(r"envs/(\w+)\.yaml", block)[1] for _, block in rules()}
    assert {path.stem for path in (ROOT / "envs").glob("*.yaml")} == used


def test_the_slurm_profile_names_rules_that_exist():
    profile = yaml.safe_load((ROOT / "profiles/slurm/config.yaml").read_text())
    named = {entry.split("=")[0] for entry in profile["groups"]} | set(profile["set-resources"])
    assert named <= {name for name, _ in rules()}
