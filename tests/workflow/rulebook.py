"""What the rule files say of themselves, read as text: for the tests of this folder."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "workflow" / "scripts"


def rules():
    """(name, text) of every rule in workflow/rules/."""
    for file in sorted((ROOT / "workflow" / "rules").glob("*.smk")):
        for block in re.split(r"^rule ", file.read_text(), flags=re.M)[1:]:
            yield block.split(":")[0], block


def script_of(block):
    """Path of the script a rule runs, or None."""
    script = re.search(r'script:\s+"\.\./scripts/(.+)"', block)
    return SCRIPTS / script[1] if script else None


def declared_modules(block):
    """Modules a rule names in code=science(...)."""
    found = re.search(r"code=science\((.*?)\)", block, flags=re.S)
    return set(re.findall(r'"([\w/]+)"', found[1])) if found else set()


def direct_imports(path):
    """Dotted names a Python file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_file(name):
    """File of a dotted name of the study's package, or None if it is no module."""
    file = SCRIPTS / f"{name.replace('.', '/')}.py"
    return file if file.exists() else None


def study_modules(path, seen=None):
    """Modules of the study's package a file imports, directly or through others."""
    seen = set() if seen is None else seen
    for name in direct_imports(path):
        file = module_file(name) if name.startswith("osteoct.") else None
        if file and name not in seen:
            seen.add(name)
            study_modules(file, seen)
    return seen


def third_party(path):
    """Top-level packages a script and the study's modules behind it import."""
    files = [path, *(module_file(name) for name in study_modules(path))]
    return {name.split(".")[0] for file in files for name in direct_imports(file)} - {"osteoct"}
