"""The packages of the project know each other in one direction only."""

import itertools

import pytest

from osteoct.dependencies import SCRIPTS, file_of, imported_modules

STUDY, TENANTS = "osteoct", {"ctio", "fastradiomics", "hipphantom"}
MODULES = {
    ".".join(path.relative_to(SCRIPTS).with_suffix("").parts)
    for path in sorted(SCRIPTS.rglob("*.py"))
    if path.parent != SCRIPTS and path.stem != "__init__"
}
ARROWS = {(one, other) for one in MODULES for other in imported_modules(file_of(one))}


def room(module):
    """The folder a module lies in; one that lies in a package itself is a room of its own."""
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


@pytest.mark.parametrize("tenant", sorted(TENANTS))
def test_a_tenant_imports_nothing_of_the_project_but_itself(tenant):
    outward = {(a, b) for a, b in ARROWS if a.split(".")[0] == tenant != b.split(".")[0]}
    assert outward == set()


def test_no_folder_depends_on_itself_through_others():
    assert circles({(room(a), room(b)) for a, b in ARROWS if room(a) != room(b)}) == []


def test_no_module_depends_on_itself():
    assert circles(ARROWS) == []
