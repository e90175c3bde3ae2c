"""How well two readers agree, on a random sample of training patients."""

from osteoct.randomness import generator


def choose_sample(cohort, *, patients, seed):
    """Training patients whose outlines by two readers are compared.

    Parameters
    ----------
    cohort : DataFrame
        `patient`, `split`, `mask`, `mask_reader2` (empty where there is none).
    patients : int
        Size of the sample; all who have two outlines if they are fewer.
    seed : int
        The study's seed.

    Returns
    -------
    list of str
        Names of patients, sorted.
    """
    both = (cohort["split"] == "training") & (cohort["mask"] != "") & (cohort["mask_reader2"] != "")
    names = sorted(cohort.loc[both, "patient"])
    order = generator(seed, "reader_study").permutation(len(names))
    return sorted(names[index] for index in order[:patients])
