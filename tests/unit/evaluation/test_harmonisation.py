"""ComBat is fitted on training patients alone, and changes each patient by that patient alone."""

import numpy as np
import pandas as pd
import pytest
from combatlearn import ComBat

from osteoct.evaluation.harmonisation import harmonise, site_effect, variance_between_sites

SHIFT = {"A": 0.0, "B": 3.0, "C": -2.0, "D": 9.0}
SCALE = {"A": 1.0, "B": 2.0, "C": 0.5, "D": 1.0}


def study(seed=0, number=240):
    """Features whose scale and place depend on the site; the first ten grow with age."""
    rng = np.random.default_rng(seed)
    site = rng.choice(list("ABC"), number)
    site[-30:] = "D"
    split = np.where(site == "D", "test", rng.choice(["training", "validation", "test"], number))
    age, sex = rng.uniform(50, 90, number), rng.choice(["F", "M"], number)
    signal = np.outer((age - 70) / 10, np.arange(40) < 10)
    noise = rng.normal(size=(number, 40))
    values = signal + noise * [[SCALE[s]] for s in site] + [[SHIFT[s]] for s in site]
    features = pd.DataFrame(values, columns=[f"f{n}" for n in range(40)])
    names = [f"P{n:03d}" for n in range(number)]
    features.insert(0, "patient", names)
    known = {"patient": names, "site": site, "age": age, "sex": sex, "split": split}
    return features, pd.DataFrame(known)


def values_of(table, patients):
    return table.set_index("patient").loc[patients]


def test_shift_and_scale_of_the_sites_vanish_outside_training_too():
    features, cohort = study()
    harmonised, sites = harmonise(features, cohort, min_patients=10)
    effect = site_effect(features, harmonised, sites).set_index("cohort")
    assert (effect["measured"] > 0.4).all()
    assert (effect["harmonised"] < effect["chance"] + 0.02).all()
    others = sites[sites["changed"] & sites["split"].ne("training")]
    spread = values_of(harmonised, others["patient"]).groupby(others["site"].to_numpy()).std()
    noise = spread.iloc[:, 10:].mean(axis=1)
    assert (noise / noise.mean()).between(0.8, 1.2).all()  # 0.5 to 2 as measured


def test_what_age_explains_is_left_in():
    features, cohort = study()
    harmonised, sites = harmonise(features, cohort, min_patients=10)
    inside = sites.loc[sites["changed"], "patient"]
    age = cohort.set_index("patient").loc[inside, "age"]
    slope = values_of(harmonised, inside).apply(lambda column: np.polyfit(age, column, 1)[0])
    assert slope.iloc[:10].mean() == pytest.approx(0.1, abs=0.02)
    assert slope.iloc[10:].mean() == pytest.approx(0, abs=0.02)


def test_the_unit_of_a_feature_does_not_matter():
    features, cohort = study()
    before, _ = harmonise(features, cohort, min_patients=10)
    features["f5"] *= 1e-9
    after, _ = harmonise(features, cohort, min_patients=10)
    np.testing.assert_allclose(after["f5"] * 1e9, before["f5"], rtol=1e-6)


def test_a_site_that_did_not_train_and_patients_who_are_not_known_stay_as_measured():
    features, cohort = study()
    cohort.loc[0, "age"], cohort.loc[1, "sex"], cohort.loc[2, "site"] = np.nan, None, None
    harmonised, sites = harmonise(features, cohort, min_patients=10)
    asis = sites.loc[~sites["changed"], "patient"]
    assert set(asis) == {"P000", "P001", "P002", *cohort.loc[cohort["site"] == "D", "patient"]}
    pd.testing.assert_frame_equal(values_of(harmonised, asis), values_of(features, asis))
    assert np.isfinite(harmonised.drop(columns="patient")).all(axis=None)


def test_no_fit_sees_a_patient_who_does_not_train(monkeypatch):
    seen, original = [], ComBat.fit

    def fit_and_note(self, X, y=None):
        seen.append(list(X.index))
        return original(self, X, y)

    monkeypatch.setattr(ComBat, "fit", fit_and_note)
    features, cohort = study()
    harmonise(features, cohort, min_patients=10)
    assert set(sum(seen, [])) == set(cohort.loc[cohort["split"] == "training", "patient"])


def test_patients_who_do_not_train_change_nobody_but_themselves():
    features, cohort = study()
    before, _ = harmonise(features, cohort, min_patients=10)
    changed = features.copy()
    other = (cohort["split"] != "training").to_numpy()
    changed.iloc[other, 1:] = changed.iloc[other, 1:] * 5 + 100
    after, _ = harmonise(changed, cohort, min_patients=10)
    pd.testing.assert_frame_equal(after[~other], before[~other])
    for place in np.flatnonzero(other)[[0, 7]]:  # alone among the training patients, man or woman
        alone = [*np.flatnonzero(~other), place]
        one, _ = harmonise(features.iloc[alone], cohort.iloc[alone], min_patients=10)
        expected = before.iloc[[place], 1:].to_numpy()
        np.testing.assert_allclose(one.iloc[[-1], 1:].to_numpy(), expected, rtol=1e-12)


def test_a_feature_that_does_not_vary_at_a_site_stays_as_measured():
    features, cohort = study()
    features.loc[cohort["site"] == "B", "f3"] = 7.0
    harmonised, _ = harmonise(features, cohort, min_patients=10)
    assert harmonised["f3"].equals(features["f3"])
    assert not harmonised["f4"].equals(features["f4"])


def test_one_site_alone_is_an_error_in_a_sentence():
    features, cohort = study()
    alone = cohort.assign(split=cohort["split"].where(cohort["site"] == "A", "test"))
    with pytest.raises(ValueError, match="ComBat needs two sites or more with 10"):
        harmonise(features, alone, min_patients=10)


def test_fractions_of_variance_are_those_of_an_analysis_of_variance():
    table = pd.DataFrame({"patient": list("abcd"), "f": [0.0, 2.0, 10.0, 12.0], "g": [1.0] * 4})
    sites = pd.DataFrame({"patient": list("abcd"), "site": ["A", "A", "B", "B"]})
    assert variance_between_sites(table, sites).to_dict() == {"f": pytest.approx(100 / 104)}
