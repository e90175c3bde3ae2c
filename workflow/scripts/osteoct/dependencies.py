"""Which modules of the study a module needs, read from its import statements."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parent


def imported_modules(path):
    """Modules of this package that a Python file imports itself.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    set of str
        Names as paths without ending, e.g. ``"figures/style"``.
    """
    dotted = set()
    for node in ast.walk(ast.parse(Path(path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            dotted |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            dotted |= {alias.name for alias in node.names}
    inside = {name.removeprefix("osteoct.").replace(".", "/") for name in dotted}
    return {name for name in inside if (PACKAGE / f"{name}.py").exists()}


def files_behind(modules):
    """Files of modules and of all they import, directly or through others.

    Parameters
    ----------
    modules : iterable of str
        E.g. ``["overlap", "figures/style"]``.

    Returns
    -------
    list of str
        Sorted paths.

    Raises
    ------
    FileNotFoundError
        If there is no such module.
    """
    found, waiting = set(), set(modules)
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= imported_modules(PACKAGE / f"{name}.py") - found
    return sorted(str(PACKAGE / f"{name}.py") for name in found)
