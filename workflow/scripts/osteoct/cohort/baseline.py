"""Tables 1 and S1: the patients of the three cohorts, and the radiation they received."""

import numpy as np
import pandas as pd

from osteoct.cohort.comparisons import (
    compare_counts,
    compare_numbers,
    max_difference,
    max_fraction_difference,
    normality,
)
from osteoct.cohort.diagnosis import CLASSES, titled
from osteoct.cohort.splits import SPLITS
from osteoct.randomness import generator

NUMBERS = {
    "age": "Age, years",
    "dlp_mgy_cm": "Dose-length product, mGy·cm",
    "effective_dose_msv": "Effective dose, mSv",
}
DIGITS = {"age": 1, "dlp_mgy_cm": 1, "effective_dose_msv": 2}
SEX = ("Sex", {"F": "Women", "M": "Men"})
NONE = "–"


def patients_table(study, *, seed, exact_resamples, classes=CLASSES):
    """Table 1: training, validation and test cohort, and whether they differ.

    Parameters
    ----------
    study : DataFrame
        results/cohort/study.csv; only included patients count.
    seed : int
    exact_resamples : int
        As for `osteoct.cohort.comparisons.compare_counts`.
    classes : sequence of str
        Of the column `diagnosis`, in their order.

    Returns
    -------
    printed : DataFrame
        `characteristic`, `training`, `validation`, `test`, `test_name`, `statistic`, `p`: text.
    values : DataFrame
        The same in numbers, one row for each variable, level and cohort; rows of cohort
        `compared` carry the tests and the largest standardised difference between two cohorts.
    """
    cohorts = [study[study["split"].eq(name)] for name in SPLITS]
    printed, values = [_sizes(cohorts)], []
    levels = {"sex": SEX, "diagnosis": _levels_of(classes)}
    for column in ("age", "sex", "dlp_mgy_cm", "effective_dose_msv", "diagnosis"):
        if column not in study:  # as where the study starts from a table of features
            continue
        if column in NUMBERS:
            compared = compare_numbers(_numbers(cohorts, column))
            printed.append(_number_row(cohorts, column, compared))
            values += _number_values(cohorts, column, compared)
        else:
            compared = compare_counts(
                _counts(cohorts, column, levels[column]),
                rng=generator(seed, "table 1", column),
                exact_resamples=exact_resamples,
            )
            printed += _count_rows(cohorts, column, levels[column], compared)
            values += _count_values(cohorts, column, levels[column], compared)
    return pd.DataFrame(printed), pd.DataFrame(values)


def dose_table(study):
    """Table S1: radiation dose of the three cohorts and of all included patients.

    Parameters
    ----------
    study : DataFrame
        results/cohort/study.csv; only included patients count.

    Returns
    -------
    printed : DataFrame
        A row for each quantity and cohort: `quantity`, `cohort`, `patients`, `mean_sd`,
        `median_quartiles`, `range`, and the comparison's `test_name`, `statistic`, `p`.
    values : DataFrame
        The same in numbers.
    """
    cohorts = [study[study["split"].eq(name)] for name in SPLITS]
    everyone = [*cohorts, study[study["split"].isin(SPLITS)]]
    printed, values = [], []
    for column in ("dlp_mgy_cm", "effective_dose_msv"):
        compared = compare_numbers(_numbers(cohorts, column))
        values += _number_values(cohorts, column, compared)
        for name, cohort in zip((*SPLITS, "all"), everyone, strict=True):
            numbers = cohort[column].dropna()
            printed.append(
                {
                    "quantity": NUMBERS[column],
                    "cohort": name,
                    "patients": len(numbers),
                    "mean_sd": _summary(numbers, DIGITS[column], normal=True),
                    "median_quartiles": _summary(numbers, DIGITS[column], normal=False),
                    "range": _range(numbers, DIGITS[column]),
                    **(_comparison(compared) if name == SPLITS[0] else {}),
                }
            )
    return pd.DataFrame(printed).fillna(""), pd.DataFrame(values)


def p_text(p):
    """A P value as it is printed: three decimals, or what it is below or above.

    Examples
    --------
    >>> p_text(0.1214), p_text(0.0002), p_text(0.9999)
    ('0.121', '<0.001', '>0.999')
    """
    if np.isnan(p):
        return NONE
    return "<0.001" if p < 0.001 else ">0.999" if p > 0.999 else f"{p:.3f}"


def _numbers(cohorts, column):
    return [cohort[column].dropna().to_numpy(dtype=float) for cohort in cohorts]


def _levels_of(classes):
    """Heading and levels of the classes: bone status, or those of a table of features."""
    heading = "Bone status" if tuple(classes) == CLASSES else "Class"
    return heading, {name: titled(name) for name in classes}


def _counts(cohorts, column, levels):
    return np.array([[cohort[column].eq(name).sum() for name in levels[1]] for cohort in cohorts])


def _row(characteristic, cells, compared=None):
    blank = {"test_name": "", "statistic": "", "p": ""}
    comparison = _comparison(compared) if compared else blank
    return {"characteristic": characteristic, **dict(zip(SPLITS, cells, strict=True)), **comparison}


def _comparison(compared):
    name, value = compared["statistic_name"], compared["statistic"]
    statistic = NONE if np.isnan(value) else f"{name} = {value:.2f}"
    return {"test_name": compared["test"], "statistic": statistic, "p": p_text(compared["p"])}


def _sizes(cohorts):
    return _row("Patients, n", [str(len(cohort)) for cohort in cohorts])


def _number_row(cohorts, column, compared):
    groups, style = _numbers(cohorts, column), compared["normal"]
    label = f"{NUMBERS[column]}, {'mean ± SD' if style else 'median (Q1, Q3)'}"
    cells = [_summary(group, DIGITS[column], normal=style) for group in groups]
    return _row(label + _missing(cohorts, column), cells, compared)


def _count_rows(cohorts, column, levels, compared):
    counts = _counts(cohorts, column, levels)
    heading, levels = levels
    rows = [_row(f"{heading}, n (%)" + _missing(cohorts, column), ["", "", ""], compared)]
    for level, label in enumerate(levels.values()):
        cells = [
            f"{count[level]} ({100 * count[level] / count.sum():.1f})" if count.sum() else NONE
            for count in counts
        ]
        rows.append(_row(f"  {label}", cells))
    return rows


def _missing(cohorts, column):
    """What to say of patients without a value, if there are any."""
    absent = int(sum(cohort[column].isna().sum() for cohort in cohorts))
    return f" (not known in {absent})" if absent else ""


def _summary(numbers, digits, *, normal):
    """Mean ± SD, or median (Q1, Q3), as text."""
    if len(numbers) == 0 or (normal and len(numbers) == 1):
        return NONE
    if normal:
        return f"{np.mean(numbers):.{digits}f} ± {np.std(numbers, ddof=1):.{digits}f}"
    low, middle, high = np.percentile(numbers, [25, 50, 75])
    return f"{middle:.{digits}f} ({low:.{digits}f}, {high:.{digits}f})"


def _range(numbers, digits):
    return f"{min(numbers):.{digits}f} to {max(numbers):.{digits}f}" if len(numbers) else NONE


def _number_values(cohorts, column, compared):
    rows = []
    for name, numbers in zip(SPLITS, _numbers(cohorts, column), strict=True):
        described = pd.Series(numbers, dtype=float).describe()
        row = {"variable": column, "level": "", "cohort": name, "n": len(numbers)}
        named = ("mean", "std", "min", "25%", "50%", "75%", "max")
        columns = ("mean", "sd", "minimum", "q1", "median", "q3", "maximum")
        row |= {key: described[source] for key, source in zip(columns, named, strict=True)}
        row["lilliefors_distance"], row["lilliefors_p"] = normality(numbers)
        rows.append(row)
    difference = max_difference(_numbers(cohorts, column))
    return [*rows, _compared_values(column, compared, difference)]


def _count_values(cohorts, column, levels, compared):
    counts = _counts(cohorts, column, levels)
    rows = [
        {"variable": column, "level": level, "cohort": name, "n": int(count.sum())}
        | {"count": int(count[index]), "fraction": count[index] / max(count.sum(), 1)}
        for name, count in zip(SPLITS, counts, strict=True)
        for index, level in enumerate(levels[1])
    ]
    return [*rows, _compared_values(column, compared, max_fraction_difference(counts))]


def _compared_values(column, compared, difference):
    return {
        **{"variable": column, "level": "", "cohort": "compared"},
        **compared,
        "max_standardised_difference": difference,
    }
