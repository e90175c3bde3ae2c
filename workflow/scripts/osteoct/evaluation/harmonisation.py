"""ComBat between sites: fitted on training patients, applied to each patient alone."""

import numpy as np
import pandas as pd
from combatlearn import ComBat

from osteoct.classification.predictions import EVALUATED
from osteoct.storage import StudyProblem

PROTECTED = ["age", "female"]


def harmonise(features, cohort, *, min_patients):
    """Features brought to one scale over the sites of the training patients.

    Location and scale of every feature at each site are estimated from training patients, shrunk
    over the features, and taken out; the parts that age and sex explain are left in. Bone status
    is not protected, since a new patient's is not known: where sites differ in it beyond age and
    sex, a true difference is taken out as well. A patient stays as measured whose site has too
    few training patients (above all one that only tests), or whose site, age or sex is not known.
    So does a feature that does not vary at one of the sites.

    Parameters
    ----------
    features : DataFrame
        `patient` and the features, finite numbers.
    cohort : DataFrame
        `patient`, `site`, `age`, `sex` (F or M) and `split`.
    min_patients : int
        Training patients that a site needs.

    Returns
    -------
    harmonised : DataFrame
        As `features`.
    sites : DataFrame
        One row per patient of `features`: `patient`, `site`, `split` and `changed`, whether the
        patient's features are harmonised.

    Raises
    ------
    StudyProblem
        If fewer than two sites have so many training patients.

    References
    ----------
    Johnson WE, Li C, Rabinovic A (2007). Biostatistics 8:118-127. Fortin J-P et al. (2018).
    NeuroImage 167:104-120. The package combatlearn.
    """
    patients = _known_patients(features, cohort)
    known = patients["site"].notna() & patients[PROTECTED].notna().all(axis=1)
    training = patients[known & patients["split"].eq("training")]
    counts = training["site"].value_counts()
    large = sorted(counts.index[counts >= min_patients])
    if len(large) < 2:
        raise StudyProblem(
            f"Training patients by site: {counts.to_dict()}; ComBat needs two sites or more with "
            f"{min_patients}. Set evaluation: harmonisation: method to none, or add training sites."
        )
    changed = known & patients["site"].isin(large)
    table = features.set_index("patient").astype(float)
    fitted_on = training.index[training["site"].isin(large)]
    varied = _varied(table.loc[fitted_on], patients.loc[fitted_on, "site"])
    batch, covariates = patients.loc[changed, "site"], patients.loc[changed, PROTECTED]
    combat = ComBat(batch, continuous_covariates=covariates, method="fortin")
    scale = table.loc[fitted_on, varied].std()  # to the package, a variance below 1e-8 is noise
    combat.fit(table.loc[fitted_on, varied] / scale)
    table.loc[changed, varied] = combat.transform(table.loc[changed, varied] / scale) * scale
    sites = patients[["site", "split"]].assign(changed=changed).reset_index()
    return table.copy().reset_index(), sites


def _known_patients(features, cohort):
    """Site, split, age and sex as a number of those who have features, in their order."""
    patients = cohort.set_index("patient").loc[features["patient"]]
    female = patients["sex"].map({"F": 1.0, "M": 0.0})
    return patients.assign(female=female.astype(float), age=patients["age"].astype(float))


def _varied(table, sites):
    """Features that vary at every site."""
    spread = table.groupby(sites).agg(np.ptp)
    return list(table.columns[(spread > 0).all()])


def site_effect(measured, harmonised, sites):
    """Mean fraction of a feature's variance between sites, before and after.

    Parameters
    ----------
    measured, harmonised : DataFrame
        `patient` and the features.
    sites : DataFrame
        From `harmonise`; only patients whose features were changed count.

    Returns
    -------
    DataFrame
        A row for the training patients and one for those of `EVALUATED` together: `patients`,
        `chance` (the fraction that no effect at all would give), `measured`, `harmonised`.
    """
    rows = []
    for name, splits in (("training", ["training"]), ("validation and test", EVALUATED)):
        here = sites[sites["changed"] & sites["split"].isin(splits)]
        row = {"cohort": name, "patients": len(here)}
        if here["site"].nunique() > 1:
            row["chance"] = (here["site"].nunique() - 1) / (len(here) - 1)
            row["measured"] = variance_between_sites(measured, here).mean()
            row["harmonised"] = variance_between_sites(harmonised, here).mean()
        rows.append(row)
    columns = ["cohort", "patients", "chance", "measured", "harmonised"]
    return pd.DataFrame(rows, columns=columns)


def variance_between_sites(features, sites):
    """Fraction of each feature's variance that lies between sites.

    Parameters
    ----------
    features : DataFrame
        `patient` and the features.
    sites : DataFrame
        `patient` and `site` of some of these patients.

    Returns
    -------
    Series of float, 0 to 1
        Eta squared of every feature that varies. In few patients chance alone gives
        about (sites - 1) / (patients - 1).
    """
    table = features.set_index("patient").loc[sites["patient"]]
    centre = table.mean()
    means = table.groupby(sites["site"].to_numpy()).transform("mean")
    total = ((table - centre) ** 2).sum()
    return (((means - centre) ** 2).sum() / total)[total > 0]
