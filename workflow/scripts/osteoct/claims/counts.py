"""Consistency of a paper's printed counts, rates and Dice values. One row for each check."""

from osteoct.claims.printed import RATES, failures_behind, one_matrix_possible


def count_rows(claims, tables):
    """The two-by-two table behind each class's rates, and the predictive values it implies."""
    for cohort, of_class in tables.items():
        for name, found in of_class.items():
            rates = claims[(claims["cohort"] == cohort) & (claims["class"] == name)]
            rates = rates.drop_duplicates("measure").set_index("measure")
            row = {
                "Claim": f"Rates of {name}, {cohort}",
                "Where": ", ".join(dict.fromkeys(rates["source"][rates.index.isin(RATES)])),
                "Printed": ", ".join(rates.estimate[rate] for rate in RATES),
            }
            if len(found) != 1:
                yield row | {"Conclusion": f"{len(found)} tables of counts round to these rates."}
                continue
            tp, fn, tn, fp = (found[0][key] for key in ("tp", "fn", "tn", "fp"))
            yield row | {
                "Implied counts": f"TP {tp}, FN {fn}, TN {tn}, FP {fp}",
                "Conclusion": (
                    "The only counts that round to the printed sensitivity, specificity and "
                    f"accuracy; they imply PPV {fraction(tp, tp + fp)} and NPV "
                    f"{fraction(tn, tn + fn)}."
                ),
            }


def fraction(part, whole):
    """A proportion to three digits, or n/a."""
    return f"{part / whole:.3f}" if whole else "n/a"


def whole_matrices(tables):
    """Cohorts whose classes all have one table of counts, and cover every patient between them."""
    for cohort, of_class in tables.items():
        if all(len(found) == 1 for found in of_class.values()):
            only = {name: found[0] for name, found in of_class.items()}
            diseased = sum(table["tp"] + table["fn"] for table in only.values())
            if all(sum(table.values()) == diseased for table in only.values()):
                yield cohort, only


def matrix_rows(tables):
    """Can the rates of all classes come from one confusion matrix?"""
    for cohort, only in whole_matrices(tables):
        missed = sum(table["fn"] for table in only.values())
        false = sum(table["fp"] for table in only.values())
        called = sum(table["tp"] + table["fp"] for table in only.values())
        patients = sum(table["tp"] + table["fn"] for table in only.values())
        if one_matrix_possible(only):
            text = "As many are missed as are falsely called: one confusion matrix is possible."
        else:
            text = (
                "Impossible: in one matrix whoever is missed by one class is falsely called "
                f"another, so both sums are equal. {called} positive calls on {patients} "
                "patients: each class had a cut-off of its own."
            )
        yield {
            "Claim": f"One confusion matrix, {cohort}",
            "Implied counts": f"missed {missed}, falsely called {false}",
            "Conclusion": text,
        }


def flow_rows(claims):
    """Screened less excluded is included?"""
    counts = {
        measure: claims.loc[claims["measure"] == measure, "estimate"].astype(int)
        for measure in ("screened", "excluded", "included")
    }
    if any(part.empty for part in counts.values()):
        return
    screened, excluded, included = (int(part.sum()) for part in counts.values())
    fits = screened - excluded == included
    yield {
        "Claim": "Patient flow",
        "Printed": f"{screened} screened, {excluded} excluded, {included} included",
        "Conclusion": "The counts add up: one reason for each excluded patient."
        if fits
        else f"{screened} − {excluded} is {screened - excluded}, not {included}.",
    }


def class_rows(claims, tables):
    """Class counts of each cohort whose tables are known, and of the other patients."""
    totals = claims[(claims["measure"] == "patients") & (claims["cohort"] == "all")]
    totals = totals.set_index("class")["estimate"].astype(int)
    for cohort, only in whole_matrices(tables):
        counts = {name: table["tp"] + table["fn"] for name, table in only.items()}
        row = {
            "Claim": f"Classes of {cohort}",
            "Implied counts": ", ".join(f"{name} {count}" for name, count in counts.items()),
            "Conclusion": "The only class counts that the printed rates allow.",
        }
        if set(counts) <= set(totals.index):
            rest = ", ".join(f"{name} {totals[name] - counts[name]}" for name in counts)
            row["Printed"] = ", ".join(f"{name} {totals[name]}" for name in counts) + " in all"
            row["Conclusion"] += f" That leaves {rest} for the other cohorts."
        yield row


def dice_rows(claims):
    """How many complete misses a cohort's mean and SD of Dice imply.

    The cohort with the smallest SD is taken to have no failure: it lends its SD to the others.
    """
    dice = claims[claims["measure"] == "dice"]
    if len(dice) < 2:
        return
    typical = dice.loc[dice["sd"].astype(float).idxmin()]
    for claim in dice[(dice.index != typical.name) & (dice["patients"] != "")].to_dict("records"):
        rows = failures_behind(
            claim["estimate"],
            claim["sd"],
            patients=int(claim["patients"]),
            typical_sd=typical["sd"],
        )
        yield {
            "Claim": f"Dice, {claim['cohort']}",
            "Where": claim["source"],
            "Printed": f"{claim['estimate']} ± {claim['sd']}, {claim['patients']} patients",
            "Implied counts": "; ".join(solution_text(row) for row in rows),
            "Conclusion": conclude_dice(rows, typical),
        }


def solution_text(row):
    """One number of failures and the Dice they would have."""
    failed = round(row["failed_mean"], 2) + 0.0  # no negative zero
    text = f"{row['failures']} failed: {failed:.2f} against {row['typical_mean']:.3f}"
    return text if row["possible"] else f"{text} (impossible)"


def conclude_dice(rows, typical):
    """Which number of failures explains the SD most simply."""
    possible = [row for row in rows if row["possible"]]
    if not possible:
        return "No small number of failed patients explains this SD."
    smallest = possible[0]
    complete = smallest["failed_low"] <= 0 <= smallest["failed_high"]
    kind = "with nothing found, Dice 0" if complete else f"at Dice {smallest['failed_mean']:.2f}"
    text = f"At least {smallest['failures']} failed patients: {smallest['failures']} {kind}"
    near = abs(smallest["typical_mean"] - float(typical["estimate"])) < float(typical["sd"])
    if near:
        text += (
            f", leave the others at {smallest['typical_mean']:.3f}, where {typical['cohort']} is "
            f"({typical['estimate']})"
        )
    return f"{text}. A mean and SD hide them; failures are to be listed."
