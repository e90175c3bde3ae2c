"""The classifiers that a study can be made with, by the names that the configuration gives them.

A new one is an entry of `CLASSIFIERS` and a section of that name in the configuration's section
`classifier` (and its schema): settings of its estimator that are fixed, and a `grid` of lists to
choose from. Figures, pages and captions take its title from here.
"""

from dataclasses import dataclass, field

OF_EVERY_CLASSIFIER = ("estimator", "folds", "curve_penalties")


@dataclass(frozen=True)
class Classifier:
    """One kind of classifier.

    Attributes
    ----------
    title : str
        What sentences and captions call it, in lower case.
    estimator : str
        Class of scikit-learn, with its module. `tuning` imports it; pages need the title where
        scikit-learn is not installed.
    constants : dict
        Settings of the estimator that no study changes.
    needs_scaling : bool
        Whether it needs features of one scale; they are standardised before it then.
    trusted : tuple of str
        Types in the fitted estimator that skops loads only if they are named.
    sketch : str
        How Figure 2 draws it: a key of ``figures.pipeline.SKETCHES``.
    """

    title: str
    estimator: str
    constants: dict = field(default_factory=dict)
    needs_scaling: bool = False
    trusted: tuple = ()
    sketch: str = "curves"


CLASSIFIERS = {
    "forest": Classifier(
        title="random forest",
        estimator="sklearn.ensemble.RandomForestClassifier",
        constants={"n_jobs": 1},
        trusted=("sklearn.tree._tree.Tree",),  # skops checks no node: load a study's own model only
        sketch="trees",
    ),
    "logistic": Classifier(
        title="multinomial logistic regression",
        estimator="sklearn.linear_model.LogisticRegression",
        constants={"solver": "lbfgs", "max_iter": 10_000},  # deterministic, and it converges
        needs_scaling=True,
    ),
}


def in_use(section):
    """The configuration's section without the settings of the classifiers that are not used.

    Parameters
    ----------
    section : dict
        Section `classifier`: `estimator`, one of `CLASSIFIERS`; `folds`, `curve_penalties`; and for
        each classifier its settings and their `grid`.

    Returns
    -------
    dict
        What `tuning` and `model.fit_classifier` take.

    Examples
    --------
    >>> in_use({"estimator": "forest", "folds": 5, "forest": {"grid": {}}, "logistic": {}})
    {'estimator': 'forest', 'folds': 5, 'forest': {'grid': {}}}
    """
    kept = (*OF_EVERY_CLASSIFIER, section["estimator"])
    return {key: value for key, value in section.items() if key in kept}


def title_of(section):
    """What the classifier in use is called, e.g. "random forest"."""
    return CLASSIFIERS[section["estimator"]].title
