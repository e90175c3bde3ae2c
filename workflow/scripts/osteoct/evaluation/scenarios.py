"""One scenario: selection and classifier refitted with other features or another selection."""

from sklearn.pipeline import Pipeline

from osteoct.classification.model import predict_patients, training_data
from osteoct.classification.selection import selection_steps
from osteoct.classification.tuning import tuned_classifier


def fit_scenario(features, cohort, record, *, seed, selection, classifier):
    """Fit a scenario on the training patients and predict the test patients.

    The classifier has the settings that the main analysis chose by cross-validation, so that a
    scenario differs from it in nothing but what it names.

    Parameters
    ----------
    features : DataFrame
        `patient` and the scenario's features.
    cohort : DataFrame
        `patient`, `split`, `diagnosis`.
    record : dict
        results/model/selection.json of the main analysis.
    seed : int
    selection : dict
        The scenario's settings of `selection.selection_steps`.
    classifier : dict
        Section `classifier` of the configuration, as `classifiers.in_use` returns it.

    Returns
    -------
    predictions : DataFrame
        As from `model.predict_patients`, of the test patients.
    found : dict
        `measured`, how many features there are; `selected`, their names after selection.
    """
    tuned = tuned_classifier(record, classifier, seed=seed)
    steps = [*selection_steps(seed=seed, **selection), ("classifier", tuned)]
    model = Pipeline(steps).set_output(transform="pandas")
    model.fit(*training_data(features, cohort))
    test = cohort.loc[cohort["split"] == "test", "patient"]
    of_test = features[features["patient"].isin(test)].reset_index(drop=True)
    found = {
        "measured": features.shape[1] - 1,
        "selected": list(model[:-1].get_feature_names_out()),
    }
    return predict_patients(model, of_test, cohort), found
