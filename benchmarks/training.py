"""VB-Net as the study trains it against nnU-Net's own network and trainer, on the same cases.

    python benchmarks/training.py results/segmentation/preprocessed --iterations 60 --cases 4

Both see the fine stage's crops of the same training patients, as many per iteration and as many
iterations; each is then run over whole validation cases. A process of its own for each keeps
memory and seconds apart. Prints a table in Markdown.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

sys.path.append(str(Path(__file__).parents[1] / "workflow" / "scripts"))

from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor  # noqa: E402
from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer  # noqa: E402

from osteoct.segmentation.overlap import dice  # noqa: E402
from osteoct.segmentation.plans import DATASET, enter_workspace  # noqa: E402
from osteoct.segmentation.vbnet_trainer import VBNetTrainer  # noqa: E402

STAGE, EPOCHS = "fine", 4
# What nnU-Net's planner gives a patch of 48 voxels: stages down to 6, two convolutions in each.
PLAIN_UNET = {
    "network_class_name": "dynamic_network_architectures.architectures.unet.PlainConvUNet",
    "arch_kwargs": {
        "n_stages": 4,
        "features_per_stage": [32, 64, 128, 256],
        "conv_op": "torch.nn.modules.conv.Conv3d",
        "kernel_sizes": [[3, 3, 3]] * 4,
        "strides": [[1, 1, 1]] + [[2, 2, 2]] * 3,
        "n_conv_per_stage": [2] * 4,
        "n_conv_per_stage_decoder": [2] * 3,
        "conv_bias": True,
        "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d",
        "norm_op_kwargs": {"eps": 1e-5, "affine": True},
        "dropout_op": None,
        "dropout_op_kwargs": None,
        "nonlin": "torch.nn.LeakyReLU",
        "nonlin_kwargs": {"inplace": True},
    },
    "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"],
}


class StockTrainer(nnUNetTrainer):
    """nnU-Net's own trainer (Dice and cross-entropy, SGD, its augmentation), the study's split."""

    do_split = VBNetTrainer.do_split


TRAINERS = {
    "VB-Net, the study's trainer": (VBNetTrainer, None),
    "PlainConvUNet, nnU-Net's trainer": (StockTrainer, PLAIN_UNET),
}


def trained(name, preprocessed, iterations, work):
    """A network after so many iterations, and the CPU seconds they took."""
    enter_workspace(preprocessed=preprocessed, results=work)
    torch.set_num_threads(1)
    kind, architecture = TRAINERS[name]
    folder = Path(preprocessed, DATASET)
    plans, description = (
        json.loads((folder / f"{file}.json").read_text()) for file in ("plans", "dataset")
    )
    plans |= {"continue_training": False}
    if architecture:
        plans["configurations"][STAGE]["architecture"] = architecture
    np.random.seed(2024)
    torch.manual_seed(2024)
    trainer = kind(plans, STAGE, 0, description, torch.device("cpu"))
    trainer.num_epochs, trainer.num_val_iterations_per_epoch = EPOCHS, 1
    trainer.num_iterations_per_epoch = iterations // EPOCHS
    start = time.process_time()
    trainer.run_training()
    return trainer, time.process_time() - start


def validation_dice(trainer, count):
    """Dice of the first whole validation cases, segmented by nnU-Net's sliding window."""
    trainer.set_deep_supervision_enabled(False)
    predictor = nnUNetPredictor(use_mirroring=False, device=torch.device("cpu"), allow_tqdm=False)
    predictor.manual_initialization(
        trainer.network, trainer.plans_manager, trainer.configuration_manager,
        [trainer.network.state_dict()], trainer.dataset_json, type(trainer).__name__, None,
    )  # fmt: skip
    _, cases = trainer.get_tr_and_val_datasets()
    for case in sorted(cases.identifiers)[:count]:
        data, labels, _, _ = cases.load_case(case)
        logits = predictor.predict_sliding_window_return_logits(torch.from_numpy(data[:]).float())
        yield dice(logits.argmax(0).numpy() == 1, labels[0] == 1)


def row(name, preprocessed, iterations, cases):
    """Everything about one network, as a line of the table."""
    with tempfile.TemporaryDirectory() as work:
        trainer, seconds = trained(name, preprocessed, iterations, work)
        scores = list(validation_dice(trainer, cases))
    parameters = sum(weight.numel() for weight in trainer.network.parameters())
    gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return (
        f"| {name} | {parameters:,} | {np.mean(scores):.3f} | {min(scores):.3f} "
        f"| {seconds:.0f} | {gib:.1f} |"
    )


def main():
    """Print the table, one process for each row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("preprocessed")
    parser.add_argument("--iterations", type=int, required=True)
    parser.add_argument("--cases", type=int, required=True, help="validation cases to segment")
    parser.add_argument("--only", choices=list(TRAINERS))
    given = parser.parse_args()
    if given.only:
        print(row(given.only, given.preprocessed, given.iterations, given.cases), flush=True)
        return
    print("| network | parameters | mean Dice | worst Dice | training CPU-s | memory, GiB |")
    print("|---|---|---|---|---|---|", flush=True)
    for name in TRAINERS:
        command = [sys.executable, __file__, *sys.argv[1:], "--only", name]
        output = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout
        print(output.splitlines()[-1], flush=True)


if __name__ == "__main__":
    main()
