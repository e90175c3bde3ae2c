"""The comparisons of the study, each a small declaration. To add one, declare it here.

A comparison (a name of small letters) reads results/predictions/{name}.csv, predictions with a
column `model`, and study.csv beside it, the reference. The rule compare_models does the rest.
"""

import pandas as pd

from osteoct.classification.predictions import of_split, reported_classes
from osteoct.cohort.splits import SPLITS
from osteoct.evaluation.comparison import FOLD, NESTED, Comparison

RADIOMICS = "radiomics"
MAIN = "main analysis"
AUTOMATIC = "automatic"


def selected_features(reference, models, beside):
    """How many features each scenario measured and selected, and how many of them the study.

    Parameters
    ----------
    reference, models : DataFrame
        As of `comparison.compare`.
    beside : list of dict
        results/model/selection.json, and the record of each scenario, from
        `scenarios.fit_scenario` with `about`, its name.

    Returns
    -------
    DataFrame
        `model`, `measured`, `selected`, `shared`.
    """
    main, *scenarios = beside
    kept = set(main["lasso"])
    rows = [(MAIN, main["counts"]["measured"], len(kept), len(kept))]
    for found in scenarios:
        chosen = set(found["selected"])
        rows.append((found["about"], found["measured"], len(chosen), len(chosen & kept)))
    return pd.DataFrame(rows, columns=["model", "measured", "selected", "shared"])


def selected_cells(values):
    """Features measured, and how many of the selected ones the main analysis selected too."""
    is_main = (values["model"] == MAIN).to_numpy()
    shared = [f"{row.shared} of {row.selected}" for row in values.itertuples()]
    return {
        "Features": [f"{count:,}" for count in values["measured"]],
        "Shared": pd.Series(shared, dtype=str).where(~is_main, "").to_numpy(),
    }


def changed_patients(reference, models):
    """Test patients of both segmentations, and whether their predicted class differs.

    Parameters
    ----------
    reference, models : DataFrame
        As of `comparison.compare`.

    Returns
    -------
    DataFrame
        `patient`, `diagnosis`, `changed`.
    """
    both = of_split(reference, "test").merge(
        models[["patient", "predicted"]], on="patient", suffixes=("", "_other"), validate="1:1"
    )
    changed = both["predicted"] != both["predicted_other"]
    return both[["patient", "diagnosis"]].assign(changed=changed)


def changed_classes(reference, models, beside):
    """Patients of each class who get another class from the manual segmentation.

    Parameters
    ----------
    reference, models : DataFrame
        As of `comparison.compare`.
    beside : list
        Nothing.

    Returns
    -------
    DataFrame
        `class` and `n_changed`.
    """
    changed = changed_patients(reference, models)
    of_class = changed.loc[changed["changed"], "diagnosis"].value_counts()
    names = reported_classes(reference)
    return pd.DataFrame({"class": names, "n_changed": [of_class.get(name, 0) for name in names]})


def changed_cells(values):
    """Patients of each class whose class differs, in the row of the reference."""
    is_reference = (values["model"] == AUTOMATIC).to_numpy()
    return {"Class changed": values["n_changed"].astype(str).where(is_reference, "").to_numpy()}


def changed_notes(reference, models, beside):
    """How many patients get another class."""
    changed = changed_patients(reference, models)["changed"]
    return [
        f"{int(changed.sum())} of {len(changed)} test patients get another class from the manual "
        "segmentation."
    ]


def site_notes(reference, models, beside):
    """Who was harmonised, and how much of the features' variance lies between sites.

    Parameters
    ----------
    reference, models : DataFrame
        As of `comparison.compare`.
    beside : list of DataFrame
        Both tables of `harmonisation`: of sites from `harmonise`, of variance from `site_effect`.

    Returns
    -------
    list of str
    """
    sites, fractions = beside
    test = sites[sites["split"].eq("test")]
    counts = []
    for site, here in sites.fillna({"site": "not known"}).groupby("site"):
        numbers = ", ".join(str(int(here["split"].eq(split).sum())) for split in SPLITS)
        counts.append(f"{site} {numbers}{'' if here['changed'].any() else ', as measured'}")
    return [
        f"{int(test['changed'].sum())} of {len(test)} test patients are harmonised; the others "
        "stay as measured: their site has too few training patients, or site, age or sex is not "
        "known.",
        f"Patients by site (training, validation, test): {'; '.join(counts)}.",
        *(
            f"Variance between sites, mean of all features, {row.cohort} ({row.patients} patients "
            f"of the harmonised sites): {row.measured:.1%} as measured, {row.harmonised:.1%} "
            f"harmonised; chance alone gives {row.chance:.1%}."
            for row in fractions.dropna().itertuples()
        ),
    ]


def fold_cells(values):
    """Mean and range of the AUC over single outer folds, in the row of all of them."""
    of_folds = values[values["model"] == FOLD].groupby("class")["auc"]
    spread = of_folds.agg(["mean", "min", "max"])
    shown = values[values["model"] != FOLD]
    return {
        "Folds: mean (min to max)": [
            "{:.3f} ({:.3f} to {:.3f})".format(*spread.loc[name]) if model == NESTED else ""
            for name, model in zip(shown["class"], shown["model"], strict=True)
        ]
    }


def fold_notes(reference, models, beside):
    """How many folds there were."""
    return [
        f"Of {int(models['fold'].max())} outer folds each was left out once; selection, tuning and "
        "classifier were fitted again on the others. The study’s own model is not among these."
    ]


COMPARISONS = {
    "baselines": Comparison(
        purpose="comparators",
        kind="Model",
        references=(RADIOMICS,),
        difference="Radiomics minus model",
        note="Fitted on the training patients: multinomial logistic models of mean HU (the whole "
        "segmented femur), neck HU (trabecular bone of the femoral neck), age and sex; and the "
        "study’s own classifier given age and sex beside its selected features. Each model "
        "predicts the patients of whom all it needs is known, as counted. Where the neck is not "
        "found, the patient’s record says why. A model is left out where that is known of training "
        "patients of fewer than two classes. A simple model as good as radiomics means that "
        "texture and shape add nothing on these patients.",
    ),
    "scenarios": Comparison(
        purpose="sensitivity",
        kind="Scenario",
        references=(MAIN,),
        difference="Scenario minus main analysis",
        model_first=True,
        more=selected_features,
        cells=selected_cells,
        note="Features: measured in the scenario. Shared: how many of those it selected the main "
        "analysis selected too. Each scenario differs in nothing but what it names; its classifier "
        "has the settings of the main analysis.",
    ),
    "harmonisation": Comparison(
        purpose="harmonisation",
        kind="Model",
        references=(RADIOMICS,),
        difference="As measured minus harmonised",
        notes=site_notes,
        note="Harmonised: ComBat (Fortin 2018) of all features, fitted on the training patients "
        "with age and sex protected, then selection and classifier fitted again. Bone status is "
        "not protected: where sites differ in it, a true difference is taken out.",
    ),
    "segmentation": Comparison(
        purpose="outlines",
        kind="Segmentation",
        references=(AUTOMATIC,),
        difference="Automatic minus manual",
        same_patients=True,
        more=changed_classes,
        cells=changed_cells,
        notes=changed_notes,
        note="One model, fitted on automatic segmentations; the features of the test patients are "
        "measured again within the manual ones.",
    ),
    "nested": Comparison(
        purpose="nested",
        kind="Evaluated on",
        references=SPLITS,
        difference="Test minus nested",
        paired=False,
        cells=fold_cells,
        notes=fold_notes,
        note="Training, validation and test: the study’s own model; training patients fitted it. "
        "Nested: all patients, each predicted by a model fitted without them. Its interval takes "
        "the predictions of all folds as if one model had made them, and so is somewhat short.",
    ),
}
