"""From features to Table 3 through the study's own rules: a signal is found, chance is not."""

import numpy as np
import pandas as pd

from osteoct.randomness import generator
from osteoct.results import write_csv

PATIENTS = {"training": 90, "validation": 45, "test": 60}
CLASSES = ["normal", "osteopenia", "osteoporosis"]
RULES = ["fit_classifier", "predict_patients", "choose_thresholds", "tabulate_performance"]


def write_study(folder, *, shuffled):
    """Cohort and features of made-up patients; four features follow bone status, eighty do not."""
    rng = generator(7, "chance")
    split = np.repeat(list(PATIENTS), list(PATIENTS.values()))
    status = rng.integers(3, size=len(split))
    values = rng.normal(size=(len(split), 84))
    values[:, :4] += status[:, None]
    names = [f"original_firstorder_Made{number}" for number in range(84)]
    patient = [f"P{number:03d}" for number in range(len(split))]
    features = pd.DataFrame(values, columns=names)
    features.insert(0, "patient", patient)
    label = rng.permutation(status) if shuffled else status
    t_score = np.take([0.0, -1.8, -3.2], label)
    cohort = {"patient": patient, "status": "included", "split": split, "t_score": t_score}
    write_csv(features, folder / "results/cohort/features.csv")
    write_csv(
        pd.DataFrame({**cohort, "region": "total_hip", "diagnosis": np.take(CLASSES, label)}),
        folder / "results/cohort/study.csv",
    )


def auc_of_test_patients(study):
    """AUC rows of the test patients in the machine-readable Table 3."""
    table = "results/tables/table3_performance_values.csv"
    study.snakemake(table, "--allowed-rules", *RULES)
    values = study.read("tables/table3_performance_values.csv")
    return values.query("split == 'test' and measure == 'auc'").set_index("class")


def test_a_study_with_shuffled_labels_does_no_better_than_chance(bare_study):
    write_study(bare_study.folder, shuffled=True)
    auc = auc_of_test_patients(bare_study).loc[CLASSES]
    assert (auc["low"] < 0.5).all() and (auc["high"] > 0.5).all(), auc[["estimate", "low", "high"]]


def test_the_same_study_with_its_true_labels_does_better(bare_study):
    write_study(bare_study.folder, shuffled=False)
    auc = auc_of_test_patients(bare_study)
    assert (auc.loc[["normal", "osteoporosis"], "low"] > 0.7).all()
