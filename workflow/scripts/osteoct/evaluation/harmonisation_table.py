"""What harmonisation does to the answer, as it is printed."""

import pandas as pd

from osteoct.classification.predictions import EVALUATED
from osteoct.cohort.splits import SPLITS
from osteoct.evaluation.comparison_table import rows_of_models

HARMONISED = "radiomics, harmonised"


def site_effect(measured, harmonised, sites):
    """Mean share of a feature's variance between sites, before and after.

    Parameters
    ----------
    measured, harmonised : DataFrame
        `patient` and the features.
    sites : DataFrame
        From `combat.harmonise`; only patients whose features were changed count.

    Returns
    -------
    DataFrame
        A row for the training patients and one for those of `EVALUATED` together: `patients`,
        `chance` (the share that no effect at all would give), `measured`, `harmonised`.
    """
    rows = []
    for name, splits in (("training", ["training"]), ("validation and test", EVALUATED)):
        here = sites[sites["changed"] & sites["split"].isin(splits)]
        row = {"cohort": name, "patients": len(here)}
        if here["site"].nunique() > 1:
            row["chance"] = (here["site"].nunique() - 1) / (len(here) - 1)
            row["measured"] = shares_by_site(measured, here).mean()
            row["harmonised"] = shares_by_site(harmonised, here).mean()
        rows.append(row)
    columns = ["cohort", "patients", "chance", "measured", "harmonised"]
    return pd.DataFrame(rows, columns=columns)


def shares_by_site(features, sites):
    """Share of each feature's variance that lies between sites.

    Parameters
    ----------
    features : DataFrame
        `patient` and the features.
    sites : DataFrame
        `patient` and `site` of some of these patients.

    Returns
    -------
    Series of float, 0 to 1
        Eta squared of every feature that varies. In few patients chance alone gives a share of
        about (sites - 1) / (patients - 1).
    """
    table = features.set_index("patient").loc[sites["patient"]]
    centre = table.mean()
    means = table.groupby(sites["site"].to_numpy()).transform("mean")
    total = ((table - centre) ** 2).sum()
    return (((means - centre) ** 2).sum() / total)[total > 0]


def tabulate_harmonisation(comparison, shares, sites, intervals):
    """The comparison as it is printed, footnotes as last rows with text in the first cell only.

    Parameters
    ----------
    comparison : DataFrame
        As `comparators.compare` returns it, the harmonised model the only other one.
    shares : DataFrame
        From `site_effect`.
    sites : DataFrame
        From `combat.harmonise`.
    intervals : osteoct.evaluation.methods.Intervals

    Returns
    -------
    DataFrame of str
    """
    table = rows_of_models(comparison, intervals, difference="As measured minus harmonised")
    test = sites[sites["split"].eq("test")]
    notes = [
        "Harmonised: ComBat (Fortin 2018) of all features, fitted on the training patients with "
        "age and sex protected, then the whole selection and classifier fitted anew. "
        f"{int(test['changed'].sum())} of {len(test)} test patients are harmonised; the others "
        "stay as measured: their site has too few training patients, or site, age or sex is not "
        "known. Bone status is not protected: where sites differ in it, a true difference is "
        "taken out. Difference and P: DeLong’s paired "
        "test, Holm’s correction over the classes.",
        "Patients by site (training, validation, test): " + "; ".join(_counts(sites)) + ".",
        *_shares(shares),
    ]
    rows = pd.DataFrame({"Class": notes})
    return pd.concat([table, rows], ignore_index=True).fillna("")


def _counts(sites):
    """A few words on every site."""
    for site, here in sites.fillna({"site": "not known"}).groupby("site"):
        numbers = ", ".join(str(int(here["split"].eq(split).sum())) for split in SPLITS)
        yield f"{site} {numbers}{'' if here['changed'].any() else ', as measured'}"


def _shares(shares):
    """A sentence on the variance between sites for each cohort that has some."""
    for row in shares.dropna().itertuples():
        yield (
            f"Variance between sites, mean of all features, {row.cohort} ({row.patients} patients "
            f"of the harmonised sites): {row.measured:.1%} as measured, {row.harmonised:.1%} "
            f"harmonised; chance alone gives {row.chance:.1%}."
        )
