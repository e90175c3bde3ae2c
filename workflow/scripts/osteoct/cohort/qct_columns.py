"""Which column of a QCT export is what, and how its cells are spelt."""

import re

COLUMNS = {  # spellings without blanks and signs; of two columns the earlier spelling counts
    "id": (
        r"patientid(number)?",
        r"mrn|pid|patientnumber|patientno|patientnr|hospital(id|number)",
        r"id|subjectid|identifier",
        r"patient",
    ),
    "date": (
        r"(scan|exam|examination|study|acquisition|qct)date(time)?|dateof(scan|exam|study)",
        r"date(time)?|datum",
    ),
    "side": (r"side|laterality", r"hip|leg|hipside|seite"),
    "region": (r"region|roi|regionofinterest", r"site"),
}
REGIONS = {
    "femoral_neck": r"fn|neck|femoralneck|femneck|neckoffemur",
    "trochanter": r"tr|troch|trochanter|trochanteric",
    "intertrochanter": r"it|inter|intertroch|intertrochanter|intertrochanteric",
    "total_hip": r"th|tot|total|totalhip|hiptotal|totalfemur",
}
SIDES = {"left": r"l|lt|left|links|li", "right": r"r|rt|right|rechts|re"}
OTHER_QUANTITY = r"zscore|zvalue|zwert|volumetric|vbmd|cm3|ccm|percent|sdbmd|bmdsd|change"
T_SCORE = r"tscore|tvalue|twert"
DENSITY = r"(areal|a)?bmd"
UNITS = {"mg": r"mg(per)?cm2?", "g": r"g(per)?cm2?"}
BMD_LIMITS, T_LIMITS = (0.05, 3), (-10, 10)


def plain(name):
    """A name in lower case without blanks and signs: "T-Score" is "tscore"."""
    name = name.lower().replace("²", "2").replace("³", "3").replace("**", "")
    return re.sub(r"[^a-z0-9]", "", name)


def known(name, patterns):
    """The key whose pattern a name matches, or None."""
    return next(
        (key for key, pattern in patterns.items() if re.fullmatch(pattern, plain(name))), None
    )


def describe_columns(header):
    """What each column of an export is.

    Parameters
    ----------
    header : list of str

    Returns
    -------
    places : dict of str to (int or None)
        Of `id`, `date`, `side` and `region`.
    quantities : dict of int to (str or None, str, str)
        Place to region (None where a column of its own says it), `bmd_g_cm2` or `t_score`, and
        the unit that the name says: mg, g or empty.
    unknown : list of int
        Places of BMD or T-scores that are not read.

    Examples
    --------
    >>> describe_columns(["ID", "Date", "Side", "Neck BMD (mg/cm²)"])[1]
    {3: ('femoral_neck', 'bmd_g_cm2', 'mg')}
    """
    names = [plain(name) for name in header]
    places = {
        what: next((names.index(n) for s in spellings for n in names if re.fullmatch(s, n)), None)
        for what, spellings in COLUMNS.items()
    }
    found = {place: _quantity(name) for place, name in enumerate(names)}
    is_long = places["region"] is not None
    quantities = {
        place: described
        for place, described in found.items()
        if described and described[1] and (described[0] or is_long)
    }
    if any(region for region, _, _ in quantities.values()):
        quantities = {place: d for place, d in quantities.items() if d[0]}
    once = {described[:2]: place for place, described in reversed(quantities.items())}
    quantities = {place: quantities[place] for place in sorted(once.values())}
    unknown = [place for place, described in found.items() if described and place not in quantities]
    return places, quantities, unknown


def _quantity(name):
    """Region, quantity and unit that a plain name says; None if it says neither BMD nor T-score.

    The quantity is empty where it is another one, such as a volumetric BMD.
    """
    if name == "t":
        return None, "t_score", ""
    for what, pattern in (("t_score", T_SCORE), ("bmd_g_cm2", DENSITY)):
        if not (match := re.search(pattern, name)):
            continue
        if re.search(OTHER_QUANTITY, name):
            return None, "", ""
        rest, unit = name[: match.start()] + " " + name[match.end() :], ""
        if what == "t_score":
            rest = re.sub(DENSITY, "", rest)
        for one, spelling in UNITS.items():
            if what == "bmd_g_cm2" and (in_unit := re.search(rf"(?<![a-z]){spelling}$", rest)):
                rest, unit = rest[: in_unit.start()], one
                break
        region = known(rest, REGIONS)
        return (region, what, unit) if region or not rest.strip() else (None, "", "")
    return None


def reader_of(what, unit):
    """A function of a number: what qct.tsv has, or None where it cannot be meant.

    A BMD above 3 is in mg/cm², since none in g/cm² is.
    """

    def accepted(number):
        if what == "bmd_g_cm2" and (unit == "mg" or number > BMD_LIMITS[1]):
            number /= 1000
        low, high = BMD_LIMITS if what == "bmd_g_cm2" else T_LIMITS
        return round(number, 4) if low <= number <= high else None

    return accepted
