"""What the rule files say of themselves, read as text: for the tests of this folder."""

import ast
import re
from pathlib import Path

from osteoct.dependencies import code_of, files_behind

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "workflow" / "scripts"
OWN = {"osteoct", "ctio", "hipphantom", "fastradiomics"}
IMPORT_NAMES = {  # distribution -> import name, where they differ
    "scikit-learn": "sklearn",
    "pyradiomics-bhklab": "radiomics",
    "mrmr-selection": "mrmr",
    "pywavelets": "pywt",
    "simpleitk": "SimpleITK",
    "pyyaml": "yaml",
    "pillow": "PIL",
}
BROUGHT_ALONG = {"nnunetv2": {"batchgenerators", "batchgeneratorsv2"}}


def rules():
    """(name, text) of every rule in workflow/rules/."""
    for file in sorted((ROOT / "workflow" / "rules").glob("*.smk")):
        for block in re.split(r"^rule ", file.read_text(), flags=re.M)[1:]:
            yield block.split(":")[0], block


def script_of(block):
    """Path of the script a rule runs, or None."""
    script = re.search(r'script:\s+"\.\./scripts/(.+)"', block)
    return SCRIPTS / script[1] if script else None


def code_named(block):
    """The script whose code a rule depends on, by code=code_of(...)."""
    found = re.search(r'code=code_of\("(\w+)"\)', block)
    return found[1] if found else None


def needed_to_parse():
    """Top-level packages that the rule files' own imports bring in, before any job."""
    texts = [file.read_text() for file in sorted((ROOT / "workflow" / "rules").glob("*.smk"))]
    found = re.findall(r"^from (osteoct\.[\w.]+) import", "\n".join(texts), flags=re.M)
    return packages_of(files_behind(found))


def third_party(path):
    """Top-level packages that a script and the study's modules behind it import."""
    return packages_of([path, *code_of(path.stem)])


def packages_of(files):
    """Top-level packages that files import, the project's own left out."""
    nodes = [node for file in files for node in ast.walk(ast.parse(Path(file).read_text()))]
    names = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    names |= {a.name for node in nodes if isinstance(node, ast.Import) for a in node.names}
    return {name.split(".")[0] for name in names} - OWN


def env_of(block):
    """The environment file a rule names."""
    return ROOT / re.search(r'conda:\s+"\.\./\.\./(.+)"', block)[1]


def pins(text):
    """Version of each package that a file pins."""
    return dict(re.findall(r"^\s*(?:- )?([\w.-]+)==([\w.]+)", text, flags=re.M))


def import_names(packages):
    """Top-level names that a script may import where these packages are installed."""
    brought = (BROUGHT_ALONG.get(package, set()) for package in packages)
    return {IMPORT_NAMES.get(package, package) for package in packages}.union(*brought)
