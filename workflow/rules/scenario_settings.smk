"""The scenarios: the study's configuration, each time with one choice changed."""

import copy

from snakemake.utils import update_config


def with_changes(changes):
    """The study's configuration with what a scenario changes, checked like any other."""
    changed = copy.deepcopy(config)
    update_config(
        changed, {key: part for key, part in changes.items() if key != "about"}
    )
    check(changed)
    check_features(changed["features"], moved=False)
    return changed


SCENARIOS = {
    name: with_changes(changes) for name, changes in config["scenarios"].items()
}
OTHER_FEATURES = [
    name
    for name, changed in SCENARIOS.items()
    if changed["features"] != config["features"]
]
ABOUT = [changes["about"] for changes in config["scenarios"].values()]
if repeated := sorted({about for about in ABOUT if ABOUT.count(about) > 1}):
    raise WorkflowError(f"scenarios: about must differ between scenarios: {repeated}")


def features_of_scenario(wildcards):
    """A scenario's features: measured again in batches, or the study's own."""
    if wildcards.scenario not in OTHER_FEATURES:
        return ["results/cohort/features.csv"]
    return expand(
        "results/scenarios/{scenario}/{batch}.csv",
        scenario=wildcards.scenario,
        batch=STUDY_BATCHES,
    )


def selection_of_scenario(wildcards):
    """A scenario's selection; other features than the study's have no repeated measurements."""
    selection = SCENARIOS[wildcards.scenario]["selection"]
    if wildcards.scenario in OTHER_FEATURES:
        return {**selection, "reliability": {"min_icc": 0}}
    return selection
