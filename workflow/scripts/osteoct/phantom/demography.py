"""Who is screened: sex, age, dates, dose, bone status and reasons for exclusion."""

from statistics import NormalDist

import numpy as np
import pandas as pd

from osteoct.randomness import generator


def patient_names(screened):
    """Names of the synthetic patients, S0001 and on, in order of examination."""
    return [f"S{number:04d}" for number in range(1, screened + 1)]


def largest_remainder(total, shares):
    """Whole numbers in given proportions that sum to `total`.

    Examples
    --------
    >>> largest_remainder(30, {"a": 40, "b": 58, "c": 141})
    {'a': 5, 'b': 7, 'c': 18}
    """
    exact = {name: total * share / sum(shares.values()) for name, share in shares.items()}
    counts = {name: int(value) for name, value in exact.items()}
    order = sorted(exact, key=lambda name: (counts[name] - exact[name], list(exact).index(name)))
    for name in order[: total - sum(counts.values())]:
        counts[name] += 1
    return counts


def exclusion_counts(screened, *, included_share, exclusions):
    """How many of the screened are excluded for each reason.

    Parameters
    ----------
    screened : int
    included_share : list of int
        Included and screened of the study imitated, e.g. ``[456, 695]``; the number included is
        rounded up.
    exclusions : dict of str to int
        Reason to its count in the study imitated.

    Returns
    -------
    dict of str to int
    """
    included, of = included_share
    return largest_remainder(screened - -(-screened * included // of), exclusions)


def draw_cohort(seed, *, screened, included_share, exclusions, population):
    """One row per screened patient; the same table for everyone who asks with the same seed.

    Parameters
    ----------
    seed : int
    screened : int
        Number of patients.
    included_share, exclusions
        See `exclusion_counts`.
    population : dict
        Distributions of age, dose, dates and bone status: section `synthetic.population`.

    Returns
    -------
    DataFrame
        Columns patient, sex, age, size, target_t, exclusion, exam_date, qct_date, dlp_mgy_cm.
    """
    rng = generator(seed, "synthetic cohort", str(screened))
    counts = exclusion_counts(screened, included_share=included_share, exclusions=exclusions)
    reasons = [reason for reason, count in counts.items() for _ in range(count)]
    included = screened - len(reasons)
    people = pd.concat(
        [
            _people(rng, included, population),
            _people(rng, len(reasons), population),
        ],
        ignore_index=True,
    )
    people["exclusion"] = [""] * included + reasons
    people.loc[people["exclusion"] == "hip fracture", "target_t"] -= 0.8
    people = people.iloc[rng.permutation(screened)].reset_index(drop=True)
    people.insert(0, "patient", patient_names(screened))
    return people.assign(**_visits(rng, people["size"], **population["visits"]))


def _people(rng, number, population):
    """Sex, age, build and bone status; T-scores are quantiles, so their spread is exact."""
    female = largest_remainder(number, population["sex"])["F"]
    sex = np.where(rng.permutation(number) < female, "F", "M")
    age = _ages(rng, number, **population["age_years"])
    size = np.clip(rng.standard_normal(number), -2, 2.3)
    status = [population["status"][s] for s in sex]
    slope = np.array([s["per_year"] for s in status])
    residual = np.array([s["sd"] for s in status])
    score = np.array([s["mean"] for s in status]) + slope * (age - age.mean())
    score = score + residual * rng.standard_normal(number) + population["per_size"] * size
    ranks = np.argsort(np.argsort(score))
    truth = NormalDist(population["true_t"]["mean"], population["true_t"]["sd"])
    quantiles = (ranks + rng.uniform(0.3, 0.7, number)) / max(number, 1)
    target = np.array([truth.inv_cdf(float(q)) for q in quantiles])
    return pd.DataFrame(
        {"sex": sex, "age": age.round(1), "size": size, "target_t": target.round(4)}
    )


def _ages(rng, number, *, location, scale, low, high):
    """Ages in years from a normal distribution cut to a range, evenly spread over it."""
    quantiles = (rng.permutation(number) + rng.uniform(0, 1, number)) / max(number, 1)
    normal = NormalDist(location, scale)
    bottom, top = normal.cdf(low), normal.cdf(high)
    return np.array([normal.inv_cdf(bottom + (top - bottom) * float(q)) for q in quantiles])


def _visits(rng, size, *, first_date, last_date, qct_within_days, dlp_mgy_cm, dlp_cv):
    """Examination dates in order, QCT dates close by, dose that grows with the patient's size."""
    number = len(size)
    days = pd.bdate_range(first_date, last_date)
    exam = days[np.sort(rng.integers(len(days), size=number))]
    apart = rng.integers(-qct_within_days, qct_within_days + 1, size=number)
    qct = exam + pd.to_timedelta(apart, unit="D")
    spread = np.sqrt(np.log1p(dlp_cv**2))
    draw = 0.7 * np.asarray(size) + np.sqrt(1 - 0.7**2) * rng.standard_normal(number)
    dose = dlp_mgy_cm * np.exp(spread * draw - spread**2 / 2)
    return {
        "exam_date": exam.strftime("%Y-%m-%d"),
        "qct_date": qct.strftime("%Y-%m-%d"),
        "dlp_mgy_cm": dose.round(1),
    }
