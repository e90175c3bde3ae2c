"""One arm: selection and forest fitted anew with other features or another selection."""

from sklearn.pipeline import Pipeline

from osteoct.classification.classifier import predict_patients, training_data
from osteoct.classification.selection import selection_steps
from osteoct.classification.tuning import tuned_forest


def fit_arm(features, cohort, record, *, seed, selection, forest, grid):
    """Fit an arm on the training patients and classify the test patients.

    The forest has the settings that the main analysis chose by cross-validation, so that an arm
    differs from it in nothing but what it names.

    Parameters
    ----------
    features : DataFrame
        `patient` and the arm's features.
    cohort : DataFrame
        `patient`, `split`, `diagnosis`.
    record : dict
        results/model/selection.json of the main analysis.
    seed : int
    selection : dict
        The arm's settings of `selection.selection_steps`.
    forest, grid : dict
        Settings of the study's forest: those not tuned, and those tuned.

    Returns
    -------
    predictions : DataFrame
        As from `classifier.predict_patients`, of the test patients.
    found : dict
        `measured`, how many features the arm began with; `selected`, the names it ended with.
    """
    trees = tuned_forest(record, seed=seed, forest=forest, grid=grid)
    steps = [*selection_steps(seed=seed, **selection), ("forest", trees)]
    model = Pipeline(steps).set_output(transform="pandas")
    model.fit(*training_data(features, cohort))
    test = cohort.loc[cohort["split"] == "test", "patient"]
    of_test = features[features["patient"].isin(test)].reset_index(drop=True)
    found = {
        "measured": features.shape[1] - 1,
        "selected": list(model[:-1].get_feature_names_out()),
    }
    return predict_patients(model, of_test, cohort), found
