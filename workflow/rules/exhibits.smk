"""What this study shows: switches of exhibits, captions, and the files that pages are made of."""

import os

from osteoct.captions import read_captions
from osteoct.classification.classifiers import title_of
from osteoct.provenance.run import code_digest

PAGES = f"{ROOT}/workflow/report"
DICTIONARY = f"{ROOT}/resources/features/features.csv"
PAGE_PARTS = (
    "banner.html.jinja",
    "viewer.html.jinja",
    "segmentation_qc.html.jinja",
    "style.css",
)
ABOUT_RUN = {"root": ROOT, "code": code_digest(ROOT), "configuration": config}

HAS_NETWORKS = HAS_IMAGES and config["segmentation"]["source"] != "masks"
HAS_MANUAL_MASKS = HAS_IMAGES and (SYNTHETIC or any(row["mask"] for row in STUDY))
HAS_NESTED = config["evaluation"]["nested_folds"] > 0
HAS_HARMONISATION = config["evaluation"]["harmonisation"]["method"] != "none"
SWITCHES = {
    config["segmentation"]["source"]: True,
    "manual_masks": HAS_MANUAL_MASKS,
    "nested": HAS_NESTED,
    "harmonisation": HAS_HARMONISATION,
}
CAPTION_OPTIONS = {
    "switched_on": [name for name, is_on in SWITCHES.items() if is_on],
    "classifier": title_of(CLASSIFIER),
}


def own_or_shipped(path):
    """A file of the folder the study runs in, else the one of that name beside the Snakefile."""
    shipped = f"{ROOT}/{path}"
    return shipped if not os.path.exists(path) and os.path.exists(shipped) else path


def table(name):
    """A table of the report."""
    return f"results/tables/{name}.csv"


def figure(name):
    """A figure of the report, to print and to look at."""
    return multiext(f"results/figures/{name}", ".pdf", ".png")


def exhibits_in(captions):
    """Tables, figures and files beside them that a report shows, by its captions."""
    chapters = read_captions(captions, **CAPTION_OPTIONS)["chapters"]
    shown = [exhibit for chapter in chapters for exhibit in chapter["exhibits"]]
    tables = [table(e["table"]) for e in shown if "table" in e]
    figures = [file for e in shown if "figure" in e for file in figure(e["figure"])]
    beside = [f"results/{name}" for e in shown for name in e.get("also", [])]
    return tables, figures, beside


def page_files(template):
    """A page's template and what it is made of."""
    return [f"{PAGES}/{name}" for name in (template, *PAGE_PARTS)]
