"""The table of repeated measurements: what its rows are, and what an ICC compares."""

UNCHANGED, READERS = "unchanged", ("mask", "mask_reader2")
KINDS = ("noise", "translation", "rotation", "boundary", "volume")
ALL, TWO_READERS = "all", "readers"
COLUMNS = (ALL, *KINDS, TWO_READERS)
KEYS = ["patient", "kind", "number"]


def values_of(repeats, column):
    """Measurements that one ICC compares: ndarray, shape (n_femora, n_measurements, n_features).

    Parameters
    ----------
    repeats : DataFrame
        From `measurement.measure_repeatedly`.
    column : str
        One of `COLUMNS`: a kind of change, with the femur unchanged beside it; all of them; or the
        two readers, of the femora that both segmented.
    """
    kinds = {ALL: (UNCHANGED, *KINDS), TWO_READERS: READERS}.get(column, (UNCHANGED, column))
    chosen = repeats[repeats["kind"].isin(kinds)].sort_values(KEYS, kind="stable")
    femora = chosen["patient"].nunique()
    values = chosen.drop(columns=KEYS).to_numpy(float)
    return values.reshape(femora, len(chosen) // max(femora, 1), values.shape[1])
