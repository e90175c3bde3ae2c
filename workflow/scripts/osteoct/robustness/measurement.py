"""Some femora measured again and again, each time with scan or mask changed a little."""

import logging

import pandas as pd
import SimpleITK as sitk

from ctio import read_ct
from osteoct.batches import PATIENTS, for_each_patient, hash_of
from osteoct.features.extraction import (
    extract,
    extract_moved,
    moved_extractor_of,
    settings_of,
)
from osteoct.features.table import MASK
from osteoct.images import femur_of
from osteoct.randomness import generator
from osteoct.results import sha256, write_csv
from osteoct.robustness.changes import noisy, random_shift, random_turn, resized, uneven
from osteoct.robustness.repeats import KEYS, READERS, UNCHANGED
from osteoct.tables import read_table

logger = logging.getLogger(__name__)

TABLE = "robustness.csv"
DRAWS = 1  # times that each random change is made


def choose_femora(features, cohort, *, split, patients, seed):
    """Patients of a split whose femora are measured again, drawn at random.

    Parameters
    ----------
    features : DataFrame
        `patient`: those whose femur could be measured.
    cohort : DataFrame
        `patient`, `split`, `ct`, `mask`, `mask_reader2`.
    split : {"training", "test"}
    patients : int
        How many; all of them, if they are fewer.
    seed : int

    Returns
    -------
    DataFrame
        `patient`, `ct` and `automatic` (path of the automatic mask), sorted. For test patients
        with the masks of two readers also those, `mask` and `mask_reader2`, otherwise empty: no
        manual mask takes part in training.
    """
    able = cohort[(cohort["split"] == split) & cohort["patient"].isin(features["patient"])]
    able = able.sort_values("patient").reset_index(drop=True)
    drawn = generator(seed, "robustness", split).permutation(len(able))[:patients]
    table = able.loc[sorted(drawn), ["patient", "ct", *READERS]].fillna("")
    both = (table[list(READERS)] != "").all(axis=1) & (split == "test")
    for reader in READERS:
        table[reader] = table[reader].where(both, "")
    return table.assign(automatic=[str(PATIENTS / name / MASK) for name in table["patient"]])


def measure_repeatedly(femora, *, changes, measured, seed, code):
    """Features of every femur as it is, and after each change.

    Parameters
    ----------
    femora : DataFrame
        From `choose_femora`.
    changes : dict
        Settings of `repeats`.
    measured : dict
        `side` ("left" or "right") and `features` (that section of the configuration).
    seed : int
    code : list of str
        Files of the study's own code, whose change makes earlier records stale.

    Returns
    -------
    DataFrame
        One row per femur and measurement: `patient`, `kind` (unchanged, one of
        `repeats.KINDS`, or of `repeats.READERS`), `number` (which of its kind) and the features. A
        femur that cannot be measured under every change is left out, and the log says so.

    Raises
    ------
    ValueError
        If the engine cannot measure what the settings ask for, on a moved grid or at all.
    """
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    side, settings = measured["side"], settings_of(measured["features"])
    if len(femora):
        moved_extractor_of(**settings)

    def measure(row, folder):
        rows = [
            {"patient": row["patient"], "kind": kind, "number": number, **values}
            for kind, number, values in _all_values(row, side, settings, changes, seed)
        ]
        write_csv(pd.DataFrame(rows), folder / TABLE)
        return {}

    hashed = {
        f"{name}_hash": list(map(hash_of, femora[name])) for name in ("ct", "automatic", *READERS)
    }
    records = for_each_patient(
        femora.assign(**hashed),
        measure,
        step="robustness",
        files=[TABLE],
        key=[side, settings, changes, seed, [sha256(file) for file in code]],
    )
    for record in records[records["status"] != "done"].itertuples():
        logger.debug(f"{record.patient} is left out: {record.reason}")
    done = records.loc[records["status"] == "done", "patient"]
    tables = [read_table(PATIENTS / name / TABLE) for name in done]
    if not tables:
        return pd.DataFrame(columns=KEYS)
    return pd.concat(tables, ignore_index=True)


def _all_values(row, side, settings, changes, seed):
    """Kind, number and features of every measurement of one femur."""
    ct = read_ct(row["ct"])
    mask = femur_of(row["automatic"], ct, side=side)
    yield UNCHANGED, 0, extract(ct, mask, **settings)
    yield from repeats(ct, mask, generator(seed, "changes", row["patient"]), settings, **changes)
    for reader in READERS:
        if row[reader]:
            yield reader, 0, extract(ct, femur_of(row[reader], ct, side=side), **settings)


def repeats(
    ct,
    mask,
    rng,
    settings,
    *,
    noise_hu,
    translation_mm,
    rotation_deg,
    boundary_sd_mm,
    volume_fractions,
):
    """Features after every change.

    Parameters
    ----------
    ct, mask : SimpleITK.Image
        HU, and 1 inside, on one grid.
    rng : numpy.random.Generator
    settings : dict
        Keyword arguments of `extraction.extract`.
    noise_hu, translation_mm, rotation_deg, boundary_sd_mm : float
        As `changes.noisy`, `random_shift`, `random_turn` and `uneven` take them.
    volume_fractions : list of float
        Of `changes.resized`.

    Yields
    ------
    kind : str
        Of `repeats.KINDS`.
    number : int
    features : dict of str to float
    """
    for number in range(DRAWS):
        poses = {
            "translation": random_shift(mask, rng, mm=translation_mm),
            "rotation": random_turn(mask, rng, degrees=rotation_deg),
        }
        yield "noise", number, extract(noisy(ct, mask, rng, sd_hu=noise_hu), mask, **settings)
        for kind, pose in poses.items():
            yield kind, number, extract_moved(ct, mask, pose, **settings)
        yield "boundary", number, extract(ct, uneven(mask, rng, sd_mm=boundary_sd_mm), **settings)
    for number, fraction in enumerate(volume_fractions):
        yield "volume", number, extract(ct, resized(mask, fraction=fraction), **settings)
