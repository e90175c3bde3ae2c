"""Training and validation patients as nnU-Net wants its cases: preprocessed, one folder a stage."""

import hashlib
import logging
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import SimpleITK as sitk
from nnunetv2.preprocessing.preprocessors.default_preprocessor import DefaultPreprocessor
from nnunetv2.training.dataloading.nnunet_dataset import comp_blosc2_params, nnUNetDatasetBlosc2
from nnunetv2.utilities.plans_handling.plans_handler import PlansManager

from ctio import LEFT, RIGHT, read_ct, read_mask
from osteoct.problems import PATIENT_PROBLEMS
from osteoct.results import write_json
from osteoct.segmentation.plans import DATASET, STAGES, dataset_description
from osteoct.segmentation.regions import seen_by_coarse, seen_by_fine
from osteoct.storage import StudyProblem

logger = logging.getLogger(__name__)

COLUMNS = ["stage", "case", "patient", "split", "voxels", "femur_voxels", "sha256"]
SPLITS = {"training": "train", "validation": "val"}


def choose_patients(cohort, images):
    """Training and validation patients with a manual mask whose images passed the check.

    Parameters
    ----------
    cohort : DataFrame
        The study's patients: `patient`, `split`, `ct`, `mask`.
    images : DataFrame
        Result of the image check: `patient`, `status`.

    Returns
    -------
    DataFrame
        Rows of `cohort`.

    Raises
    ------
    StudyProblem
        If a split has no such patient.
    """
    usable = cohort["patient"].isin(images.loc[images["status"] == "done", "patient"])
    chosen = cohort[usable & cohort["split"].isin(list(SPLITS)) & (cohort["mask"] != "")]
    require_both_splits(chosen)
    return chosen


def count_training(patients):
    """How many of the chosen patients the networks are trained on."""
    return int((patients["split"] == "training").sum())


def prepare_cases(patients, folder, *, plans, threads):
    """Write every case of both stages into nnU-Net's folders.

    Parameters
    ----------
    patients : DataFrame
        As `choose_patients` gives them.
    folder : str or Path
        Gets the data set's folder, with ``coarse/``, ``fine/``, ``splits.json``, the plans and
        nnU-Net's description of the data.
    plans : dict
        As `osteoct.segmentation.plans.make_plans` makes them.
    threads : int
        Patients prepared at once; the result does not depend on it.

    Returns
    -------
    cases : DataFrame
        One row per case: `stage`, `case`, `patient`, `split`, `voxels`, `femur_voxels`, and the
        `sha256` of what the network will see.
    left_out : DataFrame
        `patient`, `split` and `reason` of those whose CT or mask is no use.

    Raises
    ------
    StudyProblem
        If no training or no validation patient is left.
    """
    folder, dataset = Path(folder, DATASET), dataset_description(len(patients))
    writer = _CaseWriter(folder, plans, dataset)
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    cases, left_out = [], []
    with ThreadPoolExecutor(threads) as pool:
        done = pool.map(writer.write_patient, patients.to_dict("records"))
        for number, (of_patient, reasons) in enumerate(done, start=1):
            cases += of_patient
            left_out += reasons
            if number % 10 == 0 or number == len(patients):
                logger.info(f"prepare_training: {number} of {len(patients)} patients")
    cases = pd.DataFrame(cases, columns=COLUMNS).sort_values(["stage", "case"], ignore_index=True)
    require_both_splits(cases)
    write_json(_splits(cases), Path(folder, "splits.json"))
    write_json(plans, Path(folder, "plans.json"))
    write_json(dataset, Path(folder, "dataset.json"))
    write_json({"cases": len(cases)}, Path(folder, "dataset_fingerprint.json"))
    return cases, pd.DataFrame(left_out, columns=["patient", "split", "reason"])


def require_both_splits(patients):
    """Raise StudyProblem if no patient is left to train on, or to validate on."""
    for split in SPLITS:
        if not (patients["split"] == split).any():
            raise StudyProblem(
                f"No {split} patient has both a manual mask and a usable CT, so the networks "
                "cannot be trained. See the column reason of the cohort table and give masks, or "
                "set segmentation: source to pretrained."
            )


def cases_of(ct, femora, plans):
    """Yield (stage, suffix of the case's name, HU, labels) of one patient.

    The coarse stage has one case for each patient, the fine one has one for each femur of the mask.
    """
    settings = {stage: plans["configurations"][stage]["study"] for stage in STAGES}
    coarse, fine = settings["coarse"], settings["fine"]
    yield "coarse", "", *seen_by_coarse(ct, femora, spacing_mm=coarse["spacing_mm"])
    labels = np.unique(sitk.GetArrayViewFromImage(femora))
    for side, name in ((RIGHT, "right"), (LEFT, "left")):
        if side in labels:
            around = {"spacing_mm": fine["spacing_mm"], "margin_mm": fine["margin_mm"]}
            yield "fine", f"_{name}", *seen_by_fine(ct, femora, side=side, **around)


class _CaseWriter:
    """Passes cases through nnU-Net's own preprocessor into its own file format."""

    def __init__(self, folder, plans, dataset):
        self.folder, self.plans, self.dataset = folder, plans, dataset
        self.manager = PlansManager(plans)
        self.preprocessor = DefaultPreprocessor(verbose=False)
        for stage in STAGES:
            shutil.rmtree(folder / stage, ignore_errors=True)
            Path(folder, stage).mkdir(parents=True)
            configuration = self.manager.get_configuration(stage)
            for kind in ("data", "seg"):  # looked up once, before the threads start
                getattr(configuration, f"resampling_fn_{kind}")

    def write_patient(self, patient):
        """Write one patient's cases: a row for each, or else one with the reason for none."""
        try:
            return self._cases(patient), []
        except PATIENT_PROBLEMS as problem:
            return [], [
                {"patient": patient["patient"], "split": patient["split"], "reason": str(problem)}
            ]

    def _cases(self, patient):
        ct = read_ct(patient["ct"])
        femora = read_mask(patient["mask"], like=ct, sided=True)
        rows = []
        for stage, suffix, hu, labels in cases_of(ct, femora, self.plans):
            case = patient["patient"] + suffix
            rows.append(
                {
                    "stage": stage,
                    "case": case,
                    "patient": patient["patient"],
                    "split": patient["split"],
                    "voxels": hu.size,
                    "femur_voxels": int(labels.sum()),
                    "sha256": self._write(stage, case, hu, labels),
                }
            )
        return rows

    def _write(self, stage, case, hu, labels):
        configuration = self.manager.get_configuration(stage)
        data, seg, properties = self.preprocessor.run_case_npy(
            hu[None],
            labels[None].astype(np.int8),
            {"spacing": configuration.spacing},
            self.manager,
            configuration,
            self.dataset,
        )
        data, seg = data.astype(np.float32), seg.astype(np.int16)
        layout = {"clevel": 1}
        for suffix, array in (("", data), ("_seg", seg)):
            blocks, chunks = comp_blosc2_params(
                array.shape, tuple(configuration.patch_size), array.itemsize
            )
            layout |= {f"blocks{suffix}": blocks, f"chunks{suffix}": chunks}
        path = str(self.folder / stage / case)
        nnUNetDatasetBlosc2.save_case(data, seg, properties, path, **layout)
        return hashlib.sha256(data.tobytes() + seg.tobytes()).hexdigest()


def _splits(cases):
    """{stage: {"train": [case, ...], "val": [...]}}."""
    return {
        stage: {
            name: list(rows.loc[rows["split"] == split, "case"]) for split, name in SPLITS.items()
        }
        for stage, rows in cases.groupby("stage")
    }
