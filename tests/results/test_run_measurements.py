"""What was measured: masks, overlaps and features of the patients who reached them."""

import numpy as np

N_FEATURES = 1184


def test_every_dice_is_a_proportion(batch_table):
    dice = batch_table("overlap")["dice"].dropna()
    assert dice.between(0, 1).all()


def test_every_failure_has_a_reason(batch_table):
    for step in ("image_qc", "femurs", "features", "neck", "pages"):
        table = batch_table(step)
        assert set(table["status"]) <= {"done", "failed"}
        assert table.loc[table["status"] == "failed", "reason"].notna().all(), step


def test_every_segmented_patient_has_a_mask_on_disk(results, batch_table):
    femurs = batch_table("femurs")
    for patient in femurs.loc[femurs["status"] == "done", "patient"]:
        assert (results / "patients" / patient / "femur.nii.gz").is_file(), patient


def test_a_neck_has_a_plausible_density_or_none_at_all(batch_table):
    necks = batch_table("neck")
    measured = necks["status"] == "done"
    assert necks.loc[measured, "neck_hu"].between(-200, 1000).all()
    assert necks.loc[~measured, "neck_hu"].isna().all()


def test_there_are_1184_features_and_all_are_finite(features):
    values = features.drop(columns="patient")
    assert values.shape[1] == N_FEATURES
    assert np.isfinite(values.to_numpy(dtype=float)).all()


def test_features_belong_to_screened_patients_each_once(study, features):
    assert features["patient"].is_unique
    assert set(features["patient"]) <= set(study.loc[study["status"] != "excluded", "patient"])


def test_no_two_patients_have_the_same_features(features):
    assert not features.drop(columns="patient").duplicated().any()
