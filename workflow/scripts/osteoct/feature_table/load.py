"""From a file to the study's tables of patients and features, with a record of what was done."""

from dataclasses import dataclass

import pandas as pd

from osteoct.cohort.splits import SPLITS
from osteoct.feature_table.cells import TableProblem, is_absent, listed, read_cells
from osteoct.feature_table.columns import (
    ASIDE,
    FEATURE,
    check_usable_features,
    likely_labels,
    roles_of,
    sort_columns,
    warnings_of,
)
from osteoct.feature_table.labels import MAX_CLASSES, class_names, nearly_tells_class, order_classes
from osteoct.feature_table.patients import (
    assign_cohorts,
    check_class_sizes,
    count_repeats,
    demography,
    name_patients,
    tabulate_patients,
)


@dataclass(frozen=True)
class LoadedTable:
    """What a study that starts from a table of features starts with.

    Parameters
    ----------
    study : DataFrame
        From `patients.tabulate_patients`.
    features : DataFrame
        `patient` and the features; may hold nan and infinite values.
    columns : DataFrame
        From `columns.sort_columns`.
    classes : list of str
        In their order.
    remarks : list of str
        Sentences on what was decided.
    """

    study: pd.DataFrame
    features: pd.DataFrame
    columns: pd.DataFrame
    classes: list
    remarks: list


def load_feature_table(settings, splitting):
    """Read a table of features.

    Parameters
    ----------
    settings : dict
        `file`, and `label`, `id`, `cohort`, `age`, `sex` (columns, empty for none), `ignore`
        (columns), `classes`, and `max_missing_fraction` of a feature's training values.
    splitting : dict
        `seed` and the section `split`, where the table has no cohorts; no sites are looked at.

    Returns
    -------
    LoadedTable

    Raises
    ------
    TableProblem
        If the table cannot be used.
    """
    cells = read_cells(settings["file"])
    roles = roles_of(list(cells), settings)
    if "label" not in roles:
        likely = listed(likely_labels(cells, most=MAX_CLASSES)) or "none"
        raise TableProblem(
            f"Say which column is the class: LABEL=COLUMN. Columns with 2 to {MAX_CLASSES} "
            f"different values: {likely}."
        )
    decimal = cells.attrs["decimal"]
    diagnosis = class_names(cells[roles["label"]], name=roles["label"], decimal=decimal)
    classes = order_classes(diagnosis, settings["classes"], name=roles["label"])
    features, columns = sort_columns(cells, roles, diagnosis, settings["ignore"])
    known = diagnosis.dropna()
    names = pd.Series(name_patients(cells, roles.get("id")), name="patient")
    patients = pd.DataFrame({"patient": names[known.index], "diagnosis": known})
    given = cells[roles["cohort"]][known.index] if "cohort" in roles else None
    fractions = {name: splitting[name] for name in ("test_fraction", "training_fraction")}
    split, how = assign_cohorts(patients, given, seed=splitting["seed"], **fractions)
    check_class_sizes(patients.assign(split=split), classes, **fractions)
    missing = {"max_missing_fraction": settings["max_missing_fraction"]}
    check_usable_features(features[split.reindex(cells.index).eq("training")], **missing)
    study = tabulate_patients(cells, roles, diagnosis, split.reindex(cells.index))
    remarks = _remarks(cells, roles, classes, columns, how) + _careful(features, diagnosis)
    features.insert(0, "patient", names)
    return LoadedTable(study, features, columns, classes, remarks)


def counts_of(study, classes):
    """Patients by cohort and class, in a line for each cohort."""
    lines = []
    for split in SPLITS:
        own = study[study["split"].eq(split)]
        of_class = ", ".join(f"{int(own['diagnosis'].eq(name).sum())} {name}" for name in classes)
        lines.append(f"{split}: {len(own)} patients ({of_class})")
    return lines


def _careful(features, diagnosis):
    """Sentences on rows that are there twice, and on features that nearly are the class."""
    remarks, repeats = [], count_repeats(features)
    if repeats:
        remarks.append(
            f"Careful: {repeats} of {len(features)} rows have the same values in all features as "
            "an earlier row. If these are the same patients under two names, a patient may train "
            "and test at once: leave one of each out."
        )
    values = features.items()
    telling = [name for name, own in values if nearly_tells_class(own.to_numpy(), diagnosis)]
    if telling:
        remarks.append(
            f"Careful: nearly too good to be measured: {listed(telling)} tells the class in 95% "
            "or more of the rows of each. Leave out with IGNORE= what comes from the diagnosis."
        )
    return remarks


def _remarks(cells, roles, classes, columns, how):
    """Sentences on what was decided, for the console and the report."""
    unlabelled = int(is_absent(cells[roles["label"]]).sum())
    role = columns["role"]
    aside = columns[role.eq(ASIDE)]
    positive = f" AUCs are of {classes[1]} against {classes[0]}." if len(classes) == 2 else ""
    remarks = [
        f"Classes in their order: {', '.join(classes)} (CLASSES= gives another).{positive}",
        f"Cohorts: {how}",
        f"Features: {int(role.eq(FEATURE).sum())} of {len(columns)} columns; {len(aside)} set "
        "aside.",
    ]
    if len(classes) > 2:
        remarks.append(
            "The LASSO and the weighted kappa take the classes as steps of a scale in this order; "
            "if they have none, coefficients mean little, and only their size says what was kept."
        )
    if unlabelled:
        remarks.append(f"{unlabelled} patients have no class: they are classified, and no more.")
    known, unread = demography(cells, roles)
    if known:
        remarks.append(f"{' and '.join(known).capitalize()}: in Table 1, and no features.")
    for reason, names in aside.groupby("remark", sort=True)["column"]:
        remarks.append(f"Set aside, {reason}: {listed(names)}.")
    return [*remarks, *unread, *warnings_of(cells, columns)]
