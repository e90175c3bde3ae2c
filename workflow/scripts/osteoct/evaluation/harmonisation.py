"""ComBat between sites: learnt from training patients, applied to each patient alone."""

import numpy as np
from combatlearn import ComBat

PROTECTED = ["age", "female"]


def harmonise(features, cohort, *, smallest):
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
    smallest : int
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
    ValueError
        If fewer than two sites have so many training patients.

    References
    ----------
    Johnson WE, Li C, Rabinovic A (2007). Biostatistics 8:118-127. Fortin J-P et al. (2018).
    NeuroImage 167:104-120. The package combatlearn.
    """
    people = _people(features, cohort)
    known = people["site"].notna() & people[PROTECTED].notna().all(axis=1)
    training = people[known & people["split"].eq("training")]
    counts = training["site"].value_counts()
    large = sorted(counts.index[counts >= smallest])
    if len(large) < 2:
        raise ValueError(
            f"Training patients by site: {counts.to_dict()}; ComBat needs two sites or more with "
            f"{smallest}. Set evaluation: harmonisation: method to none, or train on more sites."
        )
    changed = known & people["site"].isin(large)
    table = features.set_index("patient").astype(float)
    teachers = training.index[training["site"].isin(large)]
    varied = _varied(table.loc[teachers], people.loc[teachers, "site"])
    batch, covariates = people.loc[changed, "site"], people.loc[changed, PROTECTED]
    combat = ComBat(batch, continuous_covariates=covariates, method="fortin")
    scale = table.loc[teachers, varied].std()  # to the package, a variance below 1e-8 is noise
    combat.fit(table.loc[teachers, varied] / scale)
    table.loc[changed, varied] = combat.transform(table.loc[changed, varied] / scale) * scale
    sites = people[["site", "split"]].assign(changed=changed).reset_index()
    return table.copy().reset_index(), sites


def _people(features, cohort):
    """Site, split, age and sex as a number of those who have features, in their order."""
    people = cohort.set_index("patient").loc[features["patient"]]
    female = people["sex"].map({"F": 1.0, "M": 0.0})
    return people.assign(female=female.astype(float), age=people["age"].astype(float))


def _varied(table, sites):
    """Features that vary at every site."""
    spread = table.groupby(sites).agg(np.ptp)
    return list(table.columns[(spread > 0).all()])
