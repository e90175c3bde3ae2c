"""The printed comparison says who was harmonised and who was not."""

import numpy as np
import pandas as pd

from osteoct.classification.predictions import PROBABILITIES
from osteoct.cohort.diagnosis import CLASSES
from osteoct.evaluation.baselines import compare
from osteoct.evaluation.harmonisation_table import HARMONISED, site_effect, tabulate_harmonisation
from osteoct.evaluation.methods import Intervals

INTERVALS = Intervals.seeded(
    1, "test", confidence=0.95, proportion="wilson", auc="newcombe", resamples=50
)


def predictions(seed):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(rng.dirichlet([1, 1, 1], 90), columns=PROBABILITIES)
    table["predicted"] = [CLASSES[code] for code in table.to_numpy().argmax(axis=1)]
    table["diagnosis"] = [CLASSES[number % 3] for number in range(90)]
    table["split"] = np.repeat(["training", "validation", "test"], 30)
    return table.assign(patient=[f"P{number:02d}" for number in range(90)])


def test_the_table_counts_sites_and_compares_both_models():
    sites = predictions(0)[["patient", "split"]]
    sites["site"] = np.where(sites["patient"] >= "P80", "new", ["A", "B"] * 45)
    sites["changed"] = sites["site"] != "new"
    features = pd.DataFrame({"patient": sites["patient"], "f": np.arange(90.0)})
    shares = site_effect(features, features.assign(f=[0.0, 1.0, 1.0] * 30), sites)
    comparison = compare(predictions(1), predictions(2).assign(model=HARMONISED), INTERVALS)
    table = tabulate_harmonisation(comparison, shares, sites, INTERVALS)
    assert table["Model"].tolist()[:6] == ["radiomics", HARMONISED] * 3
    text = " ".join(table["Class"])
    assert "20 of 30 test patients are harmonised" in text
    assert "A 15, 15, 10; B 15, 15, 10; new 0, 0, 10, as measured." in text
    assert text.count("Variance between sites") == 2 and "nan" not in table.to_csv()
    differences = table["As measured minus harmonised (95% CI)"]
    assert (differences.iloc[[0, 2, 4]] == "").all() and differences.iloc[1].count("(") == 1


def test_nobody_harmonised_outside_training_leaves_that_share_out():
    sites = predictions(0)[["patient", "split"]].assign(site=["A", "B"] * 45)
    sites["changed"] = sites["split"] == "training"
    features = pd.DataFrame({"patient": sites["patient"], "f": np.arange(90.0)})
    shares = site_effect(features, features, sites)
    assert shares["patients"].tolist() == [30, 0]
    assert shares["measured"].isna().tolist() == [False, True]
