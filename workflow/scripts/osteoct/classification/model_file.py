"""The fitted model as a file that is no pickle: it can hold no code, and its bytes repeat."""

import re
from hashlib import sha256
from io import BytesIO
from itertools import count
from pathlib import PurePath
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from skops import io as skops

from osteoct.classification.classifiers import CLASSIFIERS
from osteoct.results import atomic

FIRST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
TRUSTED = [
    "osteoct.classification.filters.FillMissing",
    "osteoct.classification.filters.DropUnreliable",
    "osteoct.classification.filters.DropRedundant",
    "osteoct.classification.selection.RecursiveElimination",
    "osteoct.classification.selection.MrmrSelector",
    "osteoct.classification.selection.LassoPathSelector",
    *(name for kind in CLASSIFIERS.values() for name in kind.trusted),
]


def save_model(model, path):
    """Write a fitted model; the same model gives the same bytes.

    skops names the arrays of a model by their addresses in memory and dates them. Here they are
    named by their content and numbered in their order.

    Parameters
    ----------
    model : sklearn.pipeline.Pipeline
    path : str or Path
        Ending in .skops.
    """
    with atomic(path) as partial, ZipFile(BytesIO(skops.dumps(model))) as raw:
        arrays = {name: raw.read(name) for name in raw.namelist() if name != "schema.json"}
        names = {
            name: f"{sha256(content).hexdigest()}{PurePath(name).suffix}"
            for name, content in arrays.items()
        }
        schema = _numbered(raw.read("schema.json").decode(), names)
        named = {names[name]: content for name, content in arrays.items()}
        with ZipFile(partial, "w") as settled:
            for name, content in [*sorted(named.items()), ("schema.json", schema)]:
                settled.writestr(ZipInfo(name, FIRST_ZIP_DATE), content, ZIP_DEFLATED)


def load_model(path):
    """Read a model that `save_model` wrote.

    Raises
    ------
    skops.io.exceptions.UntrustedTypesFoundException
        If the file holds anything but scikit-learn's types and the study's own selectors.
    """
    return skops.load(path, trusted=TRUSTED)


def _numbered(schema, names):
    """skops' description of a model, without addresses in memory."""
    numbers = count(1)
    schema = re.sub(r'"__id__": \d+', lambda _: f'"__id__": {next(numbers)}', schema)
    return re.sub(r'"file": "([^"]+)"', lambda found: f'"file": "{names[found[1]]}"', schema)
