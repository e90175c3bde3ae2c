"""Is the synthetic cohort as hard as the paper's? Features from exact masks, many splits.

    make benchmark-difficulty    # about 4 s a patient and core; what was measured is kept

As many patients as the paper's are simulated as for the study, from cohorts with the study's seed,
the next one and so on. The left femur of each is measured within its exact mask, and the study's
selection and classifier are fitted on as large a fraction as the paper's training cohort had and
evaluated on the rest, several times. Beside it stand a logistic model of the mean HU, and what the
paper printed for its test cohort.
"""

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import count, islice
from pathlib import Path

import numpy as np
import pandas as pd
import SimpleITK as sitk
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ctio import LEFT
from hipphantom import draw_cohort, simulate
from osteoct.classification.classifiers import in_use
from osteoct.classification.model import fit_classifier
from osteoct.classification.tuning import class_probabilities
from osteoct.cohort.diagnosis import CLASSES, diagnose
from osteoct.evaluation.agreement import class_aucs, quadratic_kappa
from osteoct.features.extraction import extract, settings_of
from osteoct.results import write_json

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "results/benchmarks/difficulty"
SCREENED = 457  # of one cohort; 2 of 3 are included
TRAINING_FRACTION = 248 / 456
EDGES = ("osteopenia_below", "osteoporosis_at_or_below")
PAPER = {"model": "paper, test cohort", **dict(zip(CLASSES, (0.924, 0.828, 0.960), strict=True))}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=456, help="included ones")
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--cores", type=int, default=2)
    arguments = parser.parse_args()
    config = {}
    for name in ("config", "phantom"):
        config |= yaml.safe_load((ROOT / f"config/{name}.yaml").read_text(encoding="utf-8"))
    config["phantom"]["screened"] = SCREENED
    features, t_scores = measured(config, arguments.patients, arguments.cores)
    edges = {key: config["diagnosis"][key] for key in EDGES}
    classes = pd.Series([CLASSES.index(diagnose(t, **edges)) for t in t_scores], features.index)
    mean_hu = features[config["evaluation"]["mean_hu_feature"]]
    counts = {name: int((classes == k).sum()) for k, name in enumerate(CLASSES)}
    print(f"{len(features)} synthetic patients with exact masks: {counts}")
    print(f"R² of mean HU and deciding T-score: {np.corrcoef(mean_hu, t_scores)[0, 1] ** 2:.3f}")
    rows = list(scores(features, classes, mean_hu, config, arguments.splits))
    table = pd.DataFrame(rows).groupby("model", sort=False).mean()
    print(pd.concat([table, pd.DataFrame([PAPER]).set_index("model")]).round(3).to_string())


def measured(config, patients, cores):
    """Features of so many included patients, and their deciding T-scores."""
    chosen = list(islice(included(config), patients))
    with ProcessPoolExecutor(cores) as pool:
        records = list(pool.map(partial(measure, config=config), chosen))
    features = pd.DataFrame([record["features"] for record in records])
    return features[sorted(features)], np.array([record["t_score"] for record in records])


def included(config):
    """Seed and name of every included patient of one cohort after another."""
    for seed in count(config["seed"]):
        for person in draw_cohort(seed, screened=SCREENED, **config["phantom"]["cohort"]):
            if not person["exclusion"]:
                yield seed, person["patient"]


def measure(patient, *, config):
    """One patient's features and T-score, from an earlier call where there was one."""
    seed, name = patient
    path = KEPT / f"{seed}-{SCREENED}" / f"{name}.json"
    if not path.exists():
        phantom = simulate(name, seed=seed, **config["phantom"])
        images = [phantom.ct, (phantom.mask == LEFT).astype(np.uint8)]
        ct, femur = (_image(array, phantom.grid.spacing_mm) for array in images)
        t_scores = [
            row["t_score"]
            for row in phantom.qct
            if row["side"] == "left" and row["region"] in config["diagnosis"]["regions"]
        ]
        values = extract(ct, femur, **settings_of(config["features"]))
        write_json({"t_score": min(t_scores), "features": values}, path)
    return json.loads(path.read_text(encoding="utf-8"))


def scores(features, classes, mean_hu, config, number_of_splits):
    """One row for each split and model, printed at once."""
    seed = config["seed"]
    splits = StratifiedShuffleSplit(
        number_of_splits, train_size=TRAINING_FRACTION, random_state=seed
    )
    for number, (training, test) in enumerate(splits.split(features, classes)):
        seen, truth = classes.iloc[training], classes.iloc[test].to_numpy()
        model, _ = fit_classifier(
            features.iloc[training],
            seen,
            seed=seed + number,
            selection=config["selection"],
            classifier=in_use(config["classifier"]),
            threads=1,
        )
        simple = make_pipeline(StandardScaler(), LogisticRegression())
        simple.fit(mean_hu.iloc[training].to_frame(), seen)
        alone = simple.predict_proba(mean_hu.iloc[test].to_frame())
        radiomics = class_probabilities(model, features.iloc[test])
        for name, probabilities in (("radiomics", radiomics), ("mean HU alone", alone)):
            row = _row(name, truth, probabilities)
            print(
                f"split {number + 1}:",
                {k: v if k == "model" else round(v, 3) for k, v in row.items()},
            )
            yield row


def _row(model, truth, probabilities):
    predicted = probabilities.argmax(axis=1)
    return {
        "model": model,
        **dict(zip(CLASSES, class_aucs(truth, probabilities), strict=True)),
        "accuracy": accuracy_score(truth, predicted),
        "kappa": quadratic_kappa(truth, predicted),
    }


def _image(array, spacing_mm):
    image = sitk.GetImageFromArray(array)
    image.SetSpacing(list(map(float, spacing_mm[::-1])))
    return image


if __name__ == "__main__":
    main()
