"""Which files of the project a script runs, read from its import statements.

A package may offer names that it loads only when they are asked for: a literal dictionary
``PUBLIC`` of name and module in its ``__init__`` (``PUBLIC = {"read_ct": "ctio.imaging.images"}``).
"""

import ast
from pathlib import Path

SCRIPTS = Path(__file__).parents[1]
LEFT_OUT = {"osteoct.job"}  # says where a job logs to, nothing of its result


def code_of(script):
    """Files behind a rule's script: as inputs of the rule, they rerun it when they are edited.

    Parameters
    ----------
    script : str
        Name of a script in workflow/scripts/, without ending.

    Returns
    -------
    list of str
        Sorted paths of all modules that it imports, directly or through others.
    """
    return files_behind(imported_modules(SCRIPTS / f"{script}.py") - LEFT_OUT)


def imported_modules(path):
    """Modules of the project that a Python file imports itself.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    set of str
        E.g. ``"osteoct.figures.style"``; packages are left out.
    """
    dotted = set()
    for node in ast.walk(ast.parse(Path(path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [alias.name for alias in node.names]
            dotted |= {node.module, *(f"{node.module}.{name}" for name in names)}
            public = public_names(node.module)
            dotted |= {public[name] for name in names if name in public}
        elif isinstance(node, ast.Import):
            dotted |= {alias.name for alias in node.names}
    return {name for name in dotted if file_of(name).exists()}


def files_behind(modules):
    """Files of modules and of all they import, directly or through others.

    Parameters
    ----------
    modules : iterable of str
        E.g. ``["osteoct.results", "ctio.imaging.images"]``.

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
        waiting |= imported_modules(file_of(name)) - found
    return sorted(str(file_of(name)) for name in found)


def file_of(module):
    """Where a module of the project lies, if it is one."""
    return SCRIPTS / f"{module.replace('.', '/')}.py"


def public_names(package):
    """The names that a package of the project loads when asked, and the modules they are in."""
    init = SCRIPTS / package.replace(".", "/") / "__init__.py"
    if not init.exists():
        return {}
    for node in ast.parse(init.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PUBLIC":
            return ast.literal_eval(node.value)
    return {}
