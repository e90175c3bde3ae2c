"""What README and docs/ name is there: links, files, targets of make, keys of the configuration."""

import re

import pytest
import yaml
from rulebook import ROOT

PAGES = [
    ROOT / name
    for name in ("README.md", "CONTRIBUTING.md", "config/README.md", "resources/README.md")
] + [*sorted((ROOT / "docs").glob("*.md")), ROOT / "resources/weights/MODEL_CARD.md"]
MAKEFILES = "".join((ROOT / name).read_text() for name in ("Makefile", "benchmarks/benchmarks.mk"))
SETTINGS = {}
for name in ("config", "phantom"):
    SETTINGS |= yaml.safe_load((ROOT / "config" / f"{name}.yaml").read_text())
OPEN = {("scenarios",), ("segmentation", "qc")}  # sections whose keys a user makes up or leaves out

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def is_key(path):
    """Whether a path names a key, a key and its value, or a key of a section with open keys."""
    section = SETTINGS
    for depth, key in enumerate(path):
        if path[:depth] in OPEN:
            return True
        if not isinstance(section, dict):
            return depth == len(path) - 1
        if key not in section:
            return False
        section = section[key]
    return True


def leaves(settings, above=()):
    """Paths of all keys of nested sections."""
    for key, value in settings.items():
        yield (*above, key)
        if isinstance(value, dict):
            yield from leaves(value, (*above, key))


@pages
def test_links_lead_somewhere(page):
    for target, heading in re.findall(r"\]\((?!http)([^)#]*)#?([^)]*)\)", page.read_text()):
        there = page.parent / target if target else page
        assert there.exists(), target
        titles = re.findall(r"^#+ (.*)", there.read_text(), re.M) if heading else []
        anchors = [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles]
        assert not heading or heading in anchors, heading


@pages
def test_files_of_the_project_that_are_named_exist(page):
    folders = "benchmarks|config|docs|envs|profiles|tests|workflow"
    for name in re.findall(rf"(?<![\w/.-])((?:{folders})/[\w./-]+)", page.read_text()):
        name = name.rstrip(".")
        assert (ROOT / name).exists() or name == "workflow/Snakefile", name


@pages
def test_targets_of_make_exist(page):
    for target in re.findall(r"(?:`|^    )make ([a-z][a-z-]+)", page.read_text(), re.M):
        is_benchmark = (ROOT / f"benchmarks/{target.removeprefix('benchmark-')}.py").exists()
        assert re.search(rf"^{target}:", MAKEFILES, re.M) or is_benchmark, target


@pages
def test_keys_of_the_configuration_exist(page):
    text = page.read_text()
    named = re.findall(r"`(\w+(?:: \w+)+)(?:: [^`]*)?`", text)
    for path in (tuple(keys.split(": ")) for keys in named):
        assert path[0] not in SETTINGS or is_key(path), path
    for block in re.findall(r"```yaml\n(.*?)```", text, re.S):
        assert all(map(is_key, leaves(yaml.safe_load(block)))), block
