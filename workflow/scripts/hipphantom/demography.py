"""Who is screened: sex, age, dates, dose, bone status and reasons for exclusion."""

from statistics import NormalDist

import numpy as np

from hipphantom.names import patient_names
from hipphantom.randomness import generator

FRACTURE_LOSS_T = 0.8  # T-scores by which broken hips lie below what age and sex predict
PERIODS = 5  # of the study, with the same mixture of bone status in each
DOSE_BY_SIZE = 0.7  # correlation of the logarithm of dose with body mass


def largest_remainder(total, weights):
    """Whole numbers in given proportions that sum to `total`.

    Examples
    --------
    >>> largest_remainder(30, {"a": 40, "b": 58, "c": 141})
    {'a': 5, 'b': 7, 'c': 18}
    """
    exact = {name: total * weight / sum(weights.values()) for name, weight in weights.items()}
    counts = {name: int(value) for name, value in exact.items()}
    order = sorted(exact, key=lambda name: (counts[name] - exact[name], list(exact).index(name)))
    for name in order[: total - sum(counts.values())]:
        counts[name] += 1
    return counts


def count_exclusions(screened, *, included_of_screened, exclusions):
    """How many of the screened are excluded for each reason.

    Parameters
    ----------
    screened : int
    included_of_screened : list of int
        Included and screened of the study imitated, e.g. ``[456, 695]``; the number included is
        rounded up.
    exclusions : dict of str to int
        Reason to its count in the study imitated.

    Returns
    -------
    dict of str to int
    """
    included, of = included_of_screened
    return largest_remainder(screened - -(-screened * included // of), exclusions)


def draw_cohort(seed, *, screened, included_of_screened, exclusions, population, sites):
    """One row per screened patient; the same rows for everyone who asks with the same seed.

    Parameters
    ----------
    seed : int
    screened : int
        Number of patients.
    included_of_screened, exclusions
        See `count_exclusions`.
    population : dict
        Distributions of age, dose, dates and bone status.
    sites : dict of str to dict
        For each site the `weight` of its patients and `scan`, the settings in which its scanner
        differs; empty for one site without a name.

    Returns
    -------
    list of dict
        By date of examination, with `patient`, `sex`, `age` (years), `size` (standardised body
        mass), `target_t` (exact deciding T-score), `exclusion`, `exam_date`, `qct_date`,
        `dlp_mgy_cm`; and `site`, where there are sites, drawn independently of all else.
    """
    rng = generator(seed, "synthetic cohort", str(screened))
    counts = count_exclusions(
        screened, included_of_screened=included_of_screened, exclusions=exclusions
    )
    reasons = [reason for reason, count in counts.items() for _ in range(count)]
    included = screened - len(reasons)
    patients = _draw_patients(rng, included, population) + _draw_patients(
        rng, len(reasons), population
    )
    for person, reason in zip(patients, [""] * included + reasons, strict=True):
        person["exclusion"] = reason
        person["target_t"] -= FRACTURE_LOSS_T * (reason == "hip fracture")
    times = _draw_times(rng, patients[:included]) + _draw_times(rng, patients[included:])
    patients = [patients[index] for index in np.argsort(times)]
    visits = _draw_visits(rng, [person["size"] for person in patients], **population["visits"])
    names = patient_names(screened)
    examined_at = _draw_sites(seed, screened, sites)
    return [
        {"patient": name, **person, **visit, **site}
        for name, person, visit, site in zip(names, patients, visits, examined_at, strict=True)
    ]


def _draw_sites(seed, screened, sites):
    """Who is examined at which site; nothing if there are no sites."""
    if not sites:
        return [{}] * screened
    counts = largest_remainder(screened, {name: site["weight"] for name, site in sites.items()})
    names = [name for name, count in counts.items() for _ in range(count)]
    order = generator(seed, "synthetic sites", str(screened)).permutation(screened)
    return [{"site": names[index]} for index in order]


def _draw_patients(rng, number, population):
    """Sex, age, build and bone status; T-scores are quantiles, so their spread is exact."""
    female = largest_remainder(number, population["sex"])["F"]
    sex = ["F" if index < female else "M" for index in rng.permutation(number)]
    age = _draw_ages(rng, number, **population["age_years"])
    size = np.clip(rng.standard_normal(number), -2, 2.3)
    status = [population["bone_status"][s] for s in sex]
    score = np.array(
        [s["mean"] + s["per_year"] * (a - 68) for s, a in zip(status, age, strict=True)]
    )
    score += [s["sd"] * rng.standard_normal() for s in status]
    ranks = np.argsort(np.argsort(score + population["t_score_per_size"] * size))
    truth = NormalDist(population["true_t_score"]["mean"], population["true_t_score"]["sd"])
    quantiles = (ranks + rng.uniform(0.3, 0.7, number)) / number
    return [
        {
            "sex": sex[n],
            "age": round(age[n], 1),
            "size": float(size[n]),
            "target_t": truth.inv_cdf(float(quantiles[n])),
        }
        for n in range(number)
    ]


def _draw_times(rng, patients):
    """Time of each examination, 0 to 1: random, but similar bone status is spread over the study.

    So the test cohort, which is the last fifth by time, has every class even in a small study.
    """
    times = [0.0] * len(patients)
    by_status = sorted(range(len(patients)), key=lambda n: patients[n]["target_t"])
    for first in range(0, len(patients), PERIODS):
        strip = by_status[first : first + PERIODS]
        for person, period in zip(strip, rng.permutation(PERIODS), strict=False):
            times[person] = float(period + rng.random()) / PERIODS
    return times


def _draw_ages(rng, number, *, location, scale, min, max):
    """Ages in years from a normal distribution cut to a range, evenly spread over it."""
    normal = NormalDist(location, scale)
    bottom, top = normal.cdf(min), normal.cdf(max)
    quantiles = (rng.permutation(number) + rng.uniform(0, 1, number)) / number
    return [normal.inv_cdf(bottom + (top - bottom) * float(q)) for q in quantiles]


def _draw_visits(rng, size, *, first_date, last_date, qct_within_days, dlp_mgy_cm, dlp_cv):
    """Examination dates in order, QCT dates close by, dose that grows with the patient's size."""
    number = len(size)
    workdays = int(np.busday_count(first_date, last_date)) + 1
    exam = np.busday_offset(first_date, np.sort(rng.integers(workdays, size=number)), "forward")
    qct = exam + rng.integers(-qct_within_days, qct_within_days + 1, size=number)
    spread = np.sqrt(np.log1p(dlp_cv**2))
    by_size = DOSE_BY_SIZE * np.array(size)
    draw = by_size + np.sqrt(1 - DOSE_BY_SIZE**2) * rng.standard_normal(number)
    dose = dlp_mgy_cm * np.exp(spread * draw - spread**2 / 2)
    return [
        {"exam_date": str(e), "qct_date": str(q), "dlp_mgy_cm": round(float(d), 1)}
        for e, q, d in zip(exam, qct, dose, strict=True)
    ]
