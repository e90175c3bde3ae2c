"""nnU-Net's plans and data-set description, written by the study instead of by its planner.

One plans file holds both stages as nnU-Net configurations. What nnU-Net has no word for rides in
each configuration under "study", and so ends up in its checkpoints too.
"""

import math
import os
from importlib import import_module

from osteoct.segmentation.vbnet import VBNet

DATASET = "femur"
STAGES = ("coarse", "fine")
# CT numbers are clipped, less the centre, divided by the scale. Fat and air look like the lowest,
# cortex and metal like the highest; soft tissue becomes 0, with which crops are padded.
WINDOW = {"lowest_hu": -200, "highest_hu": 1200, "centre_hu": 40, "scale_hu": 300}


def dataset_description(n_cases):
    """nnU-Net's dataset.json: one channel of CT numbers, one class, the femur."""
    return {
        "channel_names": {"0": "CT"},
        "labels": {"background": 0, "femur": 1},
        "numTraining": n_cases,
        "file_ending": ".nii.gz",
    }


def make_plans(
    *, n_training_patients, seed, network, optimisation, augmentation, coarse, fine, weights=None
):
    """Plans of both stages.

    Parameters
    ----------
    n_training_patients : int
        One epoch draws `crops_per_patient` crops for each of them.
    seed : int
    network : dict
        Keywords of `osteoct.segmentation.vbnet.VBNet`.
    optimisation : dict
        Loss, learning rate and precision, as in the configuration.
    augmentation : {"none", "strong"}
        What happens to training crops: see `osteoct.segmentation.augmentation`.
    coarse, fine : dict
        What one stage looks at and how it is sampled, as in the configuration.
    weights : dict, optional
        Plans of weights that the training starts from: their network, window, spacing and crops'
        size are taken instead of these.

    Returns
    -------
    dict
        As nnU-Net's PlansManager reads it.
    """
    common = {**optimisation, "seed": seed, "augmentation": augmentation}
    if weights:
        coarse, fine = (
            {**stage, **_grid_of(weights, name)}
            for name, stage in zip(STAGES, (coarse, fine), strict=True)
        )
    configurations = {
        name: _configuration(
            name, stage, _architecture(network, weights, name), common, n_training_patients
        )
        for name, stage in zip(STAGES, (coarse, fine), strict=True)
    }
    return {
        "dataset_name": DATASET,
        "plans_name": "osteoct",
        "original_median_spacing_after_transp": [coarse["spacing_mm"]] * 3,
        "original_median_shape_after_transp": coarse["patch_voxels"],
        "image_reader_writer": "SimpleITKIO",
        "transpose_forward": [0, 1, 2],
        "transpose_backward": [0, 1, 2],
        "configurations": configurations,
        "experiment_planner_used": "osteoct",
        "label_manager": "LabelManager",
        "foreground_intensity_properties_per_channel": {
            "0": _intensities(**(window_of(weights) if weights else WINDOW))
        },
    }


def window_of(plans):
    """Keywords of `osteoct.segmentation.regions.normalised` that plans were made with."""
    values = plans["foreground_intensity_properties_per_channel"]["0"]
    return {
        "lowest_hu": values["percentile_00_5"],
        "highest_hu": values["percentile_99_5"],
        "centre_hu": values["mean"],
        "scale_hu": values["std"],
    }


def make_network(configuration, channels_in, channels_out):
    """The network that one stage's configuration in the plans names, without trained weights.

    Its class takes both numbers of channels and the configuration's keywords, has an attribute
    `stride` (sides of its input are multiples of it) and a method ``initialize(module)``.
    """
    architecture = configuration["architecture"]
    module, name = architecture["network_class_name"].rsplit(".", 1)
    network = getattr(import_module(module), name)
    return network(channels_in, channels_out, **architecture["arch_kwargs"])


def _architecture(network, weights, stage):
    """The study's VB-Net, or the network that weights are of."""
    if weights:
        return weights["configurations"][stage]["architecture"]
    return {
        "network_class_name": f"{VBNet.__module__}.{VBNet.__qualname__}",
        "arch_kwargs": network,
        "_kw_requires_import": [],
    }


def _grid_of(weights, stage):
    """Spacing and size of the crops that weights were trained on."""
    study = weights["configurations"][stage]["study"]
    return {key: study[key] for key in ("spacing_mm", "patch_voxels")}


def _configuration(name, stage, architecture, common, n_training_patients):
    crops = n_training_patients * stage["crops_per_patient"]
    iterations = math.ceil(crops / stage["batch_size"])
    return {
        "data_identifier": name,
        "preprocessor_name": "DefaultPreprocessor",
        "batch_size": stage["batch_size"],
        "patch_size": stage["patch_voxels"],
        "median_image_size_in_voxels": stage["patch_voxels"],
        "spacing": [stage["spacing_mm"]] * 3,
        "normalization_schemes": ["CTNormalization"],
        "use_mask_for_norm": [False],
        **_no_resampling(),
        "architecture": architecture,
        "batch_dice": True,
        "study": {**common, **stage, "iterations_per_epoch": iterations},
    }


def _no_resampling():
    """Cases come at the spacing of their stage; nnU-Net is not to touch them."""
    kinds = ("data", "seg", "probabilities")
    functions = {f"resampling_fn_{kind}": "no_resampling_hack" for kind in kinds}
    return functions | {f"resampling_fn_{kind}_kwargs": {} for kind in kinds}


def _intensities(*, lowest_hu, highest_hu, centre_hu, scale_hu):
    """The window in the words of nnU-Net's CTNormalization."""
    return {
        "mean": centre_hu,
        "median": centre_hu,
        "std": scale_hu,
        "min": lowest_hu,
        "max": highest_hu,
        "percentile_00_5": lowest_hu,
        "percentile_99_5": highest_hu,
    }


def enter_workspace(*, preprocessed, results):
    """Point nnU-Net at two folders, and keep it to one process and one way of computing.

    Parameters
    ----------
    preprocessed : str or Path
        Holds the folder ``femur`` of prepared cases.
    results : str or Path
        Where nnU-Net keeps checkpoints and logs.
    """
    os.environ |= {
        "nnUNet_raw": str(preprocessed),
        "nnUNet_preprocessed": str(preprocessed),
        "nnUNet_results": str(results),
        "nnUNet_n_proc_DA": "0",
        "nnUNet_def_n_proc": "1",
        "nnUNet_compile": "0",
        "nnUNet_wandb_enabled": "0",
    }
