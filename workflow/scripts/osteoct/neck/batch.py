"""Trabecular bone of the femoral neck of every segmented patient of a batch."""

from pathlib import Path

from ctio import read_ct
from osteoct.batches import for_each_patient
from osteoct.features.femur import femur_of
from osteoct.images import write_image
from osteoct.neck.trabecular import measure_neck
from osteoct.results import sha256

REGION = "neck.nii.gz"
VALUES = ["neck_hu", "neck_sd_hu", "neck_voxels", "neck_mm3"]
VALUES += ["head_radius_mm", "waist_from_head_mm", "waist_mm2"]


def measure_necks(patients, *, side, settings, code):
    """Trabecular CT number in the neck of one femur of every patient of a batch.

    A patient whose neck is not found has no value but a reason.

    Parameters
    ----------
    patients : DataFrame
        As from `osteoct.features.table.segmented_patients`.
    side : {"left", "right"}
        The femur that is studied.
    settings : dict
        Keywords of `trabecular.measure_neck`.
    code : list of str
        Files of the study's own code, whose change makes earlier records stale.

    Returns
    -------
    DataFrame
        `patient`, `status`, `reason`, the hash of the region in the patient's folder, `VALUES`.
    """

    def measure(row, folder):
        ct = read_ct(row["ct"])
        values, region = measure_neck(ct, femur_of(row["mask"], ct, side=side), **settings)
        write_image(region, folder / REGION)
        return values

    records = for_each_patient(
        patients.assign(scan=[sha256(ct) if Path(ct).exists() else "" for ct in patients["ct"]]),
        measure,
        step="neck",
        files=[REGION],
        key=[side, settings, [sha256(file) for file in code]],
    )
    return records.reindex(columns=["patient", "status", "reason", f"{REGION}_sha256", *VALUES])
