"""Training through nnU-Net, on two tiny cases."""

import json
import logging
import os
import signal
from contextlib import contextmanager
from multiprocessing import get_context

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk
import torch
from nnunetv2.inference import predict_from_raw_data as stock
from safetensors.torch import load_file

from ctio import LEFT, RIGHT
from osteoct.images import write_image
from osteoct.segmentation.networks import Network
from osteoct.segmentation.plans import make_plans, window_of
from osteoct.segmentation.regions import normalised, seen_by_fine
from osteoct.segmentation.training import history, train, write_weights
from osteoct.segmentation.training_cases import choose_patients, prepare_cases
from osteoct.segmentation.vbnet_trainer import VBNetTrainer

STAGE = {
    "patch_voxels": [16, 16, 16],
    "batch_size": 2,
    "crops_per_patient": 2,
    "epochs": 3,
}
SETTINGS = {
    "seed": 1,
    "network": {"base_width": 4, "levels": 3, "bottleneck_ratio": 4, "norm": "batch"},
    "optimisation": {
        "learning_rate": 0.01,
        "learning_rate_schedule": "poly",
        "focal_gamma": 2,
        "focal_alpha": [0.5, 0.5],
        "validation_batches": 1,
        "bfloat16": False,
    },
    "augmentation": "strong",
    "coarse": {**STAGE, "spacing_mm": 3, "sampling": "global", "jitter_mm": 0, "scale": [1, 1]},
    "fine": {
        **STAGE,
        "spacing_mm": 1,
        "margin_mm": 8,
        "sampling": "mask",
        "jitter_mm": 4,
        "scale": [0.9, 1.1],
    },
}


def write_patient(folder, seed):
    """CT and mask with two bony boxes of different HU in noise."""
    labels = np.zeros((24, 20, 60), np.int16)
    labels[4:18, 6:14, 8:18] = RIGHT
    labels[5:19, 6:14, 42:52] = LEFT
    noise = np.random.default_rng(seed).normal(40, 30, labels.shape)
    hu = np.where(labels > 0, 300 + 200 * labels, 0) + noise
    for array, name in ((hu, "ct"), (labels, "mask")):
        image = sitk.GetImageFromArray(array.astype(np.int16))
        image.SetSpacing((1.5, 1.5, 2.0))
        write_image(image, folder / f"{name}.nii.gz")
    return {"ct": str(folder / "ct.nii.gz"), "mask": str(folder / "mask.nii.gz")}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Folder of prepared cases, their table, and the plans."""
    folder = tmp_path_factory.mktemp("segmentation")
    splits = {"A": "training", "B": "validation"}
    rows = [
        {"patient": patient, "split": split, **write_patient(folder / patient, seed)}
        for seed, (patient, split) in enumerate(splits.items())
    ]
    rows.append({"patient": "C", "split": "training", "ct": rows[0]["ct"], "mask": "absent.nii.gz"})
    plans = make_plans(n_training_patients=1, **SETTINGS)
    cases, left_out = prepare_cases(pd.DataFrame(rows), folder / "cases", plans=plans, threads=2)
    assert list(left_out["patient"]) == ["C"]
    assert left_out["reason"].str.startswith("There is no usable mask file").all()
    return folder / "cases", cases, plans


@pytest.fixture(scope="module")
def trained(prepared, tmp_path_factory):
    """The fine network, trained without an interruption."""
    return run(prepared[0], tmp_path_factory.mktemp("whole"))


CPU = {"device": "cpu"}


LOGGER = logging.getLogger("osteoct.segmentation.vbnet_trainer")


class Killed(Exception):
    """What the tests throw into a training."""


class Watcher(logging.Handler):
    """Does something when the training logs that an epoch has been done."""

    def __init__(self, epoch, action):
        super().__init__()
        self.words, self.action = f"epoch {epoch} of", action

    def emit(self, record):
        """Act on the line of that epoch."""
        if self.words in record.getMessage():
            self.action()


@contextmanager
def at_epoch(epoch, action):
    """Progress is logged, and acted on when an epoch has been done."""
    watcher = Watcher(epoch, action)
    LOGGER.addHandler(watcher)
    LOGGER.setLevel(logging.INFO)
    try:
        yield
    finally:
        LOGGER.removeHandler(watcher)


def die():
    """What a killed job does, as an exception."""
    raise Killed


def run(cases, work, *, stage="fine", key="same", killed_after=None):
    """Train; optionally die when an epoch has been done, as a killed job does."""
    with at_epoch(killed_after, die):
        return train(stage, preprocessed=cases, work=work, key=key, device="cpu")


def weights(trainer):
    return trainer.network.state_dict()


def same(one, other):
    return all(torch.equal(one[name], other[name]) for name in one)


def test_every_patient_has_one_coarse_case_and_one_fine_case_per_femur(prepared):
    folder, cases, _ = prepared
    assert list(cases["case"]) == ["A", "B", "A_left", "A_right", "B_left", "B_right"]
    splits = json.loads((folder / "femur" / "splits.json").read_text())
    assert splits["fine"] == {"train": ["A_left", "A_right"], "val": ["B_left", "B_right"]}
    assert (cases["femur_voxels"] > 0).all()


def test_nnunet_keeps_what_the_study_resampled_and_normalises_as_the_study_does(prepared, trained):
    folder, _, plans = prepared
    data, labels, _, _ = trained.dataset_class(f"{folder}/femur/fine").load_case("A_right")
    ct, mask = (sitk.ReadImage(str(folder.parent / "A" / f"{n}.nii.gz")) for n in ("ct", "mask"))
    hu, inside = seen_by_fine(ct, mask, side=RIGHT, spacing_mm=1, margin_mm=8)
    assert data[0] == pytest.approx(normalised(hu, **window_of(plans)), abs=1e-5)
    assert (labels[0] == inside).all()


def train_until_killed(**settings):
    """Train to the end of the first epoch, where kill -9 comes."""
    with at_epoch(1, lambda: os.kill(os.getpid(), signal.SIGKILL)):
        train("fine", **settings)


def test_training_that_was_killed_goes_on_to_the_same_bytes(prepared, trained, tmp_path, caplog):
    caplog.set_level(logging.INFO)
    settings = {"preprocessed": prepared[0], "work": tmp_path / "work", "key": "same", **CPU}
    child = get_context("fork").Process(target=train_until_killed, kwargs=settings)
    child.start()
    child.join(120)
    assert child.exitcode == -signal.SIGKILL
    resumed = train("fine", **settings)
    assert caplog.messages[0] == "fine: continued after epoch 1 of 3"
    for trainer, name in ((trained, "whole"), (resumed, "resumed")):
        write_weights(trainer, tmp_path / name)
    assert (tmp_path / "whole").read_bytes() == (tmp_path / "resumed").read_bytes()
    assert history(resumed)["training_loss"].tolist() == history(trained)["training_loss"].tolist()


def test_finished_training_is_not_repeated(prepared, tmp_path, caplog):
    first = run(prepared[0], tmp_path)
    caplog.set_level(logging.INFO)
    caplog.clear()
    again = train("fine", preprocessed=prepared[0], work=tmp_path, key="same", device="cpu")
    assert same(weights(first), weights(again))
    assert caplog.messages == ["fine: continued after epoch 3 of 3"]


def test_work_of_other_plans_or_cases_is_thrown_away(prepared, trained, tmp_path, caplog):
    with pytest.raises(Killed):
        run(prepared[0], tmp_path, key="other", killed_after=2)
    caplog.set_level(logging.INFO)
    caplog.clear()
    fresh = train("fine", preprocessed=prepared[0], work=tmp_path, key="same", device="cpu")
    assert caplog.messages[0].startswith("fine: epoch 1 of 3")
    assert same(weights(trained), weights(fresh))


def test_finetuned_network_starts_from_the_weights_that_are_given(prepared, trained, tmp_path):
    given = weights(trained)
    tuned = train(
        "fine",
        preprocessed=prepared[0],
        work=tmp_path,
        key="finetuned",
        device="cpu",
        first_weights=given,
    )
    losses = [history(trainer)["training_loss"].iloc[0] for trainer in (trained, tuned)]
    assert losses[1] < losses[0]
    assert not same(weights(tuned), given)


def test_finetuning_plans_have_network_grid_and_window_of_the_weights():
    given = make_plans(n_training_patients=1, **SETTINGS)
    other = SETTINGS | {
        "network": SETTINGS["network"] | {"base_width": 8},
        "fine": SETTINGS["fine"] | {"spacing_mm": 2, "patch_voxels": [32, 32, 32], "epochs": 7},
    }
    plans = make_plans(n_training_patients=1, weights=given, **other)
    fine, expected = (each["configurations"]["fine"] for each in (plans, given))
    assert fine["architecture"] == expected["architecture"]
    assert (fine["spacing"], fine["patch_size"]) == ([1, 1, 1], [16, 16, 16])
    assert window_of(plans) == window_of(given)
    assert fine["study"]["epochs"] == 7


def test_coarse_stage_trains_from_the_same_plans(prepared, tmp_path):
    table = history(run(prepared[0], tmp_path, stage="coarse"))
    assert list(table["epoch"]) == [1, 2, 3]
    assert table["learning_rate"].iloc[0] == 0.01
    assert table["learning_rate"].is_monotonic_decreasing


def test_trained_network_works_without_nnunet(prepared, trained, tmp_path):
    write_weights(trained, tmp_path / "weights.safetensors")
    network = Network(prepared[2], "fine", load_file(tmp_path / "weights.safetensors"))
    seen = sitk.GetImageFromArray(np.zeros((13, 14, 15), np.float32))
    left, right = (network.probability(seen, side=side) for side in (LEFT, RIGHT))
    values = sitk.GetArrayFromImage(left)
    assert left.GetSize() == seen.GetSize()
    assert ((values >= 0) & (values <= 1)).all()
    assert sitk.GetArrayFromImage(right) == pytest.approx(values[:, :, ::-1])


def test_stock_predictor_loads_the_trained_folder_and_finds_the_same(
    prepared, trained, monkeypatch
):
    # nnU-Net's search by name imports trainers of other networks, whose packages need not work
    monkeypatch.setattr(
        stock, "recursive_find_trainer_class_by_name", {"VBNetTrainer": VBNetTrainer}.get
    )
    options = {"use_gaussian": False, "use_mirroring": False, "device": torch.device("cpu")}
    predictor = stock.nnUNetPredictor(**options)
    predictor.initialize_from_trained_model_folder(trained.output_folder_base, (0,))
    hu = np.random.default_rng(3).normal(300, 400, (16, 16, 16)).astype(np.float32)
    _, stock_probability = predictor.predict_single_npy_array(
        hu[None], {"spacing": (1.0, 1.0, 1.0)}, save_or_return_probabilities=True
    )
    network = Network(prepared[2], "fine", weights(trained))
    ours = sitk.GetArrayFromImage(network.probability(sitk.GetImageFromArray(hu)))
    assert ours.std() > 0.01
    assert np.asarray(stock_probability[1]) == pytest.approx(ours, abs=2e-3)  # it adds in half


def test_an_epoch_draws_one_crop_per_patient():
    plans = make_plans(
        n_training_patients=248,
        **(SETTINGS | {"fine": SETTINGS["fine"] | {"batch_size": 8, "crops_per_patient": 1}}),
    )
    assert plans["configurations"]["fine"]["study"]["iterations_per_epoch"] == 31


def test_patients_without_mask_or_with_a_bad_image_are_not_trained_on():
    cohort = pd.DataFrame(
        {
            "patient": list("ABCDE"),
            "split": ["training", "training", "training", "validation", "test"],
            "mask": ["m", "", "m", "m", "m"],
        }
    )
    images = pd.DataFrame(
        {"patient": list("ABCDE"), "status": ["done"] * 2 + ["failed"] + ["done"] * 2}
    )
    assert list(choose_patients(cohort, images)["patient"]) == ["A", "D"]


def test_study_without_a_usable_validation_patient_is_refused():
    cohort = pd.DataFrame({"patient": ["A"], "split": ["training"], "mask": ["m"]})
    images = pd.DataFrame({"patient": ["A"], "status": ["done"]})
    with pytest.raises(ValueError, match="No validation patient"):
        choose_patients(cohort, images)
