"""Tables of text as spreadsheets save them: any usual encoding and separator."""

import codecs
import csv
import io
import re
from pathlib import Path

SEPARATORS = "\t;,"
DECLARED = re.compile(r'"?sep=(.)"?[ \t;,]*(\r\n|\r|\n|$)', re.IGNORECASE)  # Excel's first line
FORMULA = re.compile(r'="(.*)"')  # Excel's way to keep the zeros of 0012345


class NoTable(ValueError):
    """A file is no table of text; the message is what was found, without a full stop."""


def read_rows(path, *, max_bytes, encoding=None, separators=SEPARATORS):
    """Rows of cells that are not blank.

    Parameters
    ----------
    path : str or Path
        UTF-8 or UTF-16, with or without byte order mark.
    max_bytes : int
    encoding : str, optional
        For what is neither; without it such a file is no table.
    separators : str
        The one that the first row has most of, unless a line such as ``sep=;`` says it.

    Returns
    -------
    rows : list of (int, list of str)
        Line number in the file, and cells; without columns at the end that hold nothing, as
        spreadsheets save them.
    separator : str

    Raises
    ------
    NoTable
        If the file is too large, of another encoding, or its quotes do not match.
    OSError
        If it cannot be read.
    """
    if Path(path).stat().st_size > max_bytes:
        raise NoTable(f"more than {max_bytes >> 20} MiB")
    text = _decoded(Path(path).read_bytes(), encoding).lstrip("\ufeff")
    declared = DECLARED.match(text)
    if declared:
        text, separator = text[declared.end() :], declared[1]
    else:
        first = re.sub(r'"[^"\r\n]*"', "", re.split(r"[\r\n]", text.lstrip(" \r\n"), maxsplit=1)[0])
        separator = max(separators, key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        rows = [(reader.line_num + bool(declared), cells) for cells in reader]
    except csv.Error as error:
        raise NoTable(f"not a table of text cells: {error}") from None
    rows = [(number, list(map(_cell, cells))) for number, cells in rows]
    filled = [(number, cells) for number, cells in rows if any(map(str.strip, cells))]
    width = max((_last_filled(cells) for _, cells in filled), default=0)
    return [(number, cells[:width]) for number, cells in filled], separator


def tsv_text(rows, columns):
    """Text of a table separated by tabs, of rows (dicts); absent values are empty."""
    text = io.StringIO()
    table = csv.DictWriter(text, columns, delimiter="\t", lineterminator="\n", restval="")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue()


def _last_filled(cells):
    """How many cells there are up to the last one that is not blank."""
    return max(place for place, cell in enumerate(cells, start=1) if cell.strip())


def _cell(text):
    match = FORMULA.fullmatch(text)
    return match[1] if match else text


def _decoded(content, encoding):
    """Text of bytes: UTF-16 by its mark or by the zeros of plain letters, UTF-8, or another."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        usual = "utf-16"
    elif content[1:200:2].count(0) > len(content[:200]) // 3:
        usual = "utf-16-le"
    elif content[:200:2].count(0) > len(content[:200]) // 3:
        usual = "utf-16-be"
    else:
        usual = "utf-8-sig"
    try:
        return content.decode(usual)
    except UnicodeDecodeError:
        if not encoding:
            raise NoTable("not text in UTF-8") from None
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return content.decode("latin-1")
