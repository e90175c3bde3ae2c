"""`make model`: check a table of features and write the settings of its study."""

import argparse
import os
import sys
from pathlib import Path

import yaml

from osteoct.feature_table.cells import TableProblem
from osteoct.feature_table.load import counts_of, load_feature_table
from osteoct.results import write_text

ROOT = Path(__file__).parents[4]
REFUSED = 1  # exit status; 2 is argparse's own
FRACTIONS = ("test_fraction", "training_fraction")
HEADING = "# Written by `make model`. Change it and run snakemake again, or make model again.\n"


def main(arguments):
    """Check one table and write the settings of its study; returns the exit status."""
    options = vars(_parser().parse_args(arguments))
    out, further = options.pop("out"), options.pop("config")
    asked = {**options, **{name: _list_of(options[name]) for name in ("ignore", "classes")}}
    try:
        path = _from_within(out, options["file"])
        own = _own_settings(further)
        configuration = _configuration(own)
        given = {name: value for name, value in asked.items() if value}
        table = {**configuration["feature_table"], **given}
        fractions = {name: configuration["split"][name] for name in FRACTIONS}
        splitting = {"seed": configuration["seed"], **fractions}
        found = load_feature_table(table, splitting)
    except TableProblem as problem:
        print(f"No model. {problem}", file=sys.stderr)
        return REFUSED
    print("\n".join([*found.remarks, *counts_of(found.study, found.classes)]), flush=True)
    out.mkdir(parents=True, exist_ok=True)
    table |= {"file": path, "classes": found.classes}
    own["feature_table"] = table
    text = yaml.safe_dump(own, sort_keys=False, allow_unicode=True)
    write_text(HEADING + text, out / "study.yaml")
    return 0


def _from_within(folder, path):
    """The path of a table, as seen from the folder in which its study runs."""
    seen = os.path.relpath(path, folder)
    if set("{}") & set(seen):
        raise TableProblem(f"{path}: Snakemake cannot use braces in a path. Rename file or folder.")
    return seen


def _own_settings(path):
    """What a file of settings says, or nothing without one."""
    try:
        return (yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path else {}
    except (OSError, yaml.YAMLError) as error:
        raise TableProblem(f"The settings {path} cannot be read: {error}.") from None


def _configuration(own):
    """The study's settings, with those of somebody's own that matter here."""
    settings = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    settings["split"] |= own.get("split", {})
    settings["feature_table"] |= own.get("feature_table", {})
    return settings | {"seed": own.get("seed", settings["seed"])}


def _list_of(text):
    return [one.strip() for one in text.split(",") if one.strip()]


def _parser():
    parser = argparse.ArgumentParser(prog="make model", description=__doc__)
    parser.add_argument("--file", required=True, help="table of features, CSV or TSV in UTF-8")
    parser.add_argument("--label", default="", help="column of the class")
    parser.add_argument("--out", type=Path, required=True, help="folder for the results")
    for role in ("id", "cohort", "age", "sex"):
        parser.add_argument(f"--{role}", default="", help=f"column of the {role}")
    parser.add_argument("--ignore", default="", help="columns to leave out, commas between")
    parser.add_argument("--classes", default="", help="all classes in their order, commas between")
    parser.add_argument("--config", type=Path, help="other settings than config/config.yaml's")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
