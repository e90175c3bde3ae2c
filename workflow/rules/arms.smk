"""The arms of the sensitivity analysis: the study's configuration with one choice changed."""

import copy

from snakemake.utils import update_config


def with_changes(changes):
    """The study's configuration with what an arm changes, checked like any other."""
    changed = copy.deepcopy(config)
    update_config(
        changed, {key: part for key, part in changes.items() if key != "about"}
    )
    check(changed)
    return changed


ARMS = {
    name: with_changes(changes)
    for name, changes in config["sensitivity"]["arms"].items()
}
MEASURED_ANEW = [
    name for name, arm in ARMS.items() if arm["features"] != config["features"]
]


def features_of_arm(wildcards):
    """An arm's features: measured anew in batches, or the study's own."""
    if wildcards.arm not in MEASURED_ANEW:
        return ["results/cohort/features.csv"]
    return expand(
        "results/sensitivity/{arm}/{batch}.csv", arm=wildcards.arm, batch=STUDY_BATCHES
    )


def selection_of_arm(wildcards):
    """An arm's selection; other features than the study's have no repeated measurements."""
    selection = ARMS[wildcards.arm]["selection"]
    if wildcards.arm in MEASURED_ANEW:
        return {**selection, "reliability": {"min_icc": 0}}
    return selection
