"""Reporting checklists, filled from the run: where each item is answered, or by whom."""

import pandas as pd

from osteoct.report.key_numbers import fill, flat

CHECKLISTS = {
    "tripod_ai": "TRIPOD+AI (Collins 2024, doi:10.1136/bmj-2023-078378)",
    "clear": "CLEAR (Kocak 2023, doi:10.1186/s13244-023-01415-8)",
    "metrics": "METRICS (Kocak 2024, doi:10.1186/s13244-023-01572-w)",
}
ELSEWHERE = {
    "authors": "for the authors",
    "none": "not done",
    "run": "How this run was made",
    "patients": "Patients",
    "meaning": "What these numbers do not mean",
    "data": "docs/cohort.md",
}
LEFT_OUT = "not available in this run"
NOTE = (
    "Items by their published numbers, in words of our own; read the originals for what each asks. "
    "The answers are drafts for the authors of a study to check and to correct."
)


def fill_checklists(lists, captions, numbers):
    """All items of all checklists with their places in the results.

    Parameters
    ----------
    lists : dict of str to DataFrame
        Items by the keys of `CHECKLISTS`: `item`, `asks`, `place` (the file name of an exhibit, or
        one of `ELSEWHERE`), `answer` (a template over the names of `numbers` and `classifier`).
    captions : dict
        From `osteoct.captions.read_captions`.
    numbers : dict
        results/numbers.json.

    Returns
    -------
    DataFrame of str
        A row with text in its first cell only is a heading, at the end of the table a footnote.

    Raises
    ------
    ValueError
        If a place is no exhibit of the report, or a number is not one of the study's.
    """
    left_out = dict.fromkeys(captions.get("left_out", []), LEFT_OUT)
    places = ELSEWHERE | exhibit_titles(captions) | left_out
    known = flat({**numbers, "classifier": captions["classifier"]})
    rows = []
    for key, title in CHECKLISTS.items():
        items = lists[key]
        answered = int((~items["place"].isin(["authors", "none", *left_out])).sum())
        rows.append({"Item": f"{title}: {answered} of {len(items)} items answered by the run"})
        for item in items.to_dict("records"):
            if item["place"] not in places:
                raise ValueError(
                    f"{key}, item {item['item']}: {item['place']!r} is no exhibit of the report; "
                    f"expected one of {', '.join(sorted(places))}."
                )
            rows.append(
                {
                    "Item": item["item"],
                    "Asks for": item["asks"],
                    "Where": places[item["place"]],
                    "Answer": "" if item["place"] in left_out else fill(item["answer"], known),
                }
            )
    return pd.DataFrame([*rows, {"Item": NOTE}]).fillna("")


def exhibit_titles(captions):
    """Short title of every exhibit by its file name: its number, or all of it where it has none.

    Examples
    --------
    >>> exhibits = [{"table": "t1", "title": "Table 1. Patients"}, {"figure": "f", "title": "Flow"}]
    >>> exhibit_titles({"chapters": [{"exhibits": exhibits}]})
    {'t1': 'Table 1', 'f': 'Flow'}
    """
    exhibits = [e for chapter in captions["chapters"] for e in chapter["exhibits"]]
    return {e.get("figure") or e["table"]: e["title"].split(". ")[0] for e in exhibits}
