"""Training one stage through nnU-Net: seeded, and resumed where an interrupted job left it."""

import logging
import shutil
from pathlib import Path

import pandas as pd
import torch
from safetensors.torch import save_file

from osteoct.results import atomic, read_json, write_json
from osteoct.segmentation.plans import DATASET, enter_workspace
from osteoct.segmentation.vbnet_trainer import VBNetTrainer

logger = logging.getLogger(__name__)


def train(stage, *, preprocessed, work, key, device, first_weights=None):
    """Train one network to its last epoch.

    Parameters
    ----------
    stage : {"coarse", "fine"}
    preprocessed : str or Path
        Folder that `osteoct.segmentation.training_cases` filled (it holds the data set's folder).
    work : str or Path
        Where nnU-Net keeps its checkpoints between calls. Anything there that was made from
        another `key` is deleted, anything made from this one is continued.
    key : str
        Fingerprint of all that the weights depend on: plans, cases, code.
    device : {"auto", "cpu", "cuda"}
        "auto" takes a GPU where there is one.
    first_weights : dict of str to torch.Tensor, optional
        Where the training starts; by default from random weights.

    Returns
    -------
    VBNetTrainer
        Trained; with the same weights whether or not the run was interrupted.
    """
    _keep_only(work, key)
    enter_workspace(preprocessed=preprocessed, results=work)
    torch.set_num_threads(1)
    torch.backends.cudnn.deterministic = True
    trainer = _trainer(stage, Path(preprocessed, DATASET), torch_device(device))
    trainer.first_weights = first_weights
    if checkpoint := _last_checkpoint(trainer.output_folder):
        trainer.load_checkpoint(str(checkpoint))
        logger.info(
            f"{stage}: continued after epoch {trainer.current_epoch} of {trainer.num_epochs}"
        )
    if trainer.current_epoch < trainer.num_epochs:
        trainer.run_training()
    return trainer


def torch_device(name):
    """The device a name stands for; "auto" takes a GPU where there is one."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(name)


def history(trainer):
    """One row per epoch: learning rate, losses, and Dice of the validation crops.

    The crops are drawn as those of the training are, so this Dice shows whether the training
    converges, and not how well a patient's femur is segmented.
    """
    logged = trainer.logger.local_logger.my_fantastic_logging
    columns = {
        "learning_rate": "lrs",
        "training_loss": "train_losses",
        "validation_loss": "val_losses",
        "validation_crop_dice": "mean_fg_dice",
    }
    epochs = {"epoch": range(1, len(logged["lrs"]) + 1)}
    return pd.DataFrame(epochs | {name: logged[key] for name, key in columns.items()})


def write_weights(trainer, path):
    """Write the network's weights as safetensors: data that cannot run code."""
    weights = {
        name: tensor.detach().cpu().contiguous()
        for name, tensor in trainer.network.state_dict().items()
    }
    with atomic(path) as partial:
        save_file(weights, partial, metadata={"stage": trainer.configuration_name})


def write_progress(trainer, path):
    """Write nnU-Net's own picture of the training."""
    with atomic(path) as partial:
        partial.parent.mkdir(parents=True, exist_ok=True)
        trainer.logger.local_logger.plot_progress_png(trainer.output_folder)
        shutil.copy(Path(trainer.output_folder, "progress.png"), partial)


def _trainer(stage, dataset, device):
    """The trainer, made directly: nnU-Net's search by name imports trainers of other networks."""
    plans, description = (read_json(Path(dataset, f"{name}.json")) for name in ("plans", "dataset"))
    return VBNetTrainer({**plans, "continue_training": False}, stage, 0, description, device)


def _last_checkpoint(folder):
    """Newest checkpoint of a run of the same key, or None."""
    for name in ("checkpoint_final.pth", "checkpoint_latest.pth"):
        if (path := Path(folder, name)).exists():
            return path
    return None


def _keep_only(work, key):
    """Empty the folder unless its work was started with the same key."""
    note = Path(work, "made_from.json")
    if note.exists() and read_json(note) == {"key": key}:
        return
    shutil.rmtree(work, ignore_errors=True)
    write_json({"key": key}, note)
