"""The study's CSV tables as data frames; identifiers are always text."""

import numpy as np
import pandas as pd

from osteoct.numbers import decimal_sign, read_numbers
from osteoct.text_tables import read_rows

MAX_BYTES = 1 << 28
MEASURED = ("bmd_g_cm2", "t_score")
IDENTIFIERS = {"patient": str, "site": str}  # 007 stays 007


def read_table(path, **options):
    """Read a table of the study.

    Parameters
    ----------
    path : str or Path
        CSV file.
    **options
        More for ``pandas.read_csv``.

    Returns
    -------
    DataFrame
        Names of patients and sites are text, other columns what they look like.
    """
    return pd.read_csv(path, **{"dtype": IDENTIFIERS, **options})


def read_tables(paths, **options):
    """Read one table or several of the same kind, one below the other, as `read_table` does."""
    paths = [paths] if isinstance(paths, str) else list(paths)
    tables = [read_table(path, **options) for path in paths]
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else tables[0]


def read_text_table(path):
    """Read a table whose every cell is text; an empty cell is empty text."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def read_measurements(path):
    """Read qct.tsv as the cohort's checks do: any usual separator and decimal sign."""
    rows, _ = read_rows(path, max_bytes=MAX_BYTES)
    table = pd.DataFrame([cells for _, cells in rows[1:]], columns=rows[0][1], dtype=object)
    table = table.rename(columns=str.strip).apply(lambda column: column.str.strip())
    sign = decimal_sign(cell for name in MEASURED for cell in table[name])
    numbers = {name: np.array(read_numbers(table[name], decimal=sign), float) for name in MEASURED}
    return table.assign(**numbers)
