"""The packages of the project know each other in one direction only."""

import itertools

import pytest

from osteoct.dependencies import SCRIPTS, file_of, imported_modules

STUDY, INDEPENDENT = "osteoct", {"ctio", "fastradiomics", "hipphantom"}
MODULES = {
    ".".join(path.relative_to(SCRIPTS).with_suffix("").parts)
    for path in sorted(SCRIPTS.rglob("*.py"))
    if path.parent != SCRIPTS and path.stem != "__init__"
}
ARROWS = {(one, other) for one in MODULES for other in imported_modules(file_of(one))}


def folder_of(module):
    """The folder a module lies in; a module directly in a package counts as its own folder."""
    parts = module.split(".")
    return ".".join(parts[:2])


def circles(arrows):
    """Nodes that lie on a circle of arrows: from which one comes back to oneself."""
    reached = {node: {b for a, b in arrows if a == node} for node in itertools.chain(*arrows)}
    for middle in reached:
        for node in reached:
            if middle in reached[node]:
                reached[node] |= reached[middle]
    return sorted(node for node, others in reached.items() if node in others)


def test_there_are_arrows_to_look_at():
    assert len(MODULES) > 100
    assert len(ARROWS) > 200
    assert circles({(1, 2), (2, 3), (3, 1), (0, 1)}) == [1, 2, 3]


@pytest.mark.parametrize("package", sorted(INDEPENDENT))
def test_an_independent_package_imports_nothing_but_itself(package):
    outward = {(a, b) for a, b in ARROWS if a.split(".")[0] == package != b.split(".")[0]}
    assert outward == set()


def test_no_folder_depends_on_itself_through_others():
    folders = {(folder_of(a), folder_of(b)) for a, b in ARROWS}
    assert circles({(a, b) for a, b in folders if a != b}) == []


def test_no_module_depends_on_itself():
    assert circles(ARROWS) == []
