"""nnU-Net's hook: how this study's training differs from the stock one."""

import json
import logging
import math
from pathlib import Path

import numpy as np
import torch
from batchgenerators.dataloading.single_threaded_augmenter import SingleThreadedAugmenter
from nnunetv2.training.data_augmentation.compute_initial_patch_size import get_patch_size
from nnunetv2.training.dataloading.data_loader import nnUNetDataLoader
from nnunetv2.training.lr_scheduler.polylr import PolyLRScheduler
from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer
from torch import nn

from osteoct.results import atomic
from osteoct.segmentation.augmentation import AUGMENTATION, training_transforms
from osteoct.segmentation.networks import FASTEST
from osteoct.segmentation.plans import make_network, window_of

logger = logging.getLogger(__name__)

FOREGROUND_FRACTION = {"global": 0.0, "mask": 1.0}  # of the crops that are centred on the mask


class VBNetTrainer(nnUNetTrainer):
    """nnU-Net with focal loss, Adam, one output, seeded epochs and no worker processes.

    Everything it needs stands in the plans, under "study" of the stage's configuration.
    """

    def __init__(self, plans, configuration, fold, dataset_json, device=torch.device("cpu")):  # noqa: B008
        super().__init__(plans, configuration, fold, dataset_json, device)
        study = self.configuration_manager.configuration["study"]
        self.study, self.augmentation = study, AUGMENTATION[study["augmentation"]]
        self.initial_lr = study["learning_rate"]
        self.num_epochs = study["epochs"]
        self.num_iterations_per_epoch = study["iterations_per_epoch"]
        self.num_val_iterations_per_epoch = study["validation_batches"]
        self.oversample_foreground_percent = FOREGROUND_FRACTION[study["sampling"]]
        self.enable_deep_supervision = False
        self.save_every = 1
        self.first_weights = None  # of a training that does not start from random ones
        self.logger.plot_progress_png = lambda folder: None  # a second each; drawn once, at the end

    @staticmethod
    def build_network_architecture(
        plans_manager,
        configuration_manager,
        num_input_channels,
        num_output_channels,
        enable_deep_supervision=False,
    ):
        """The network that the plans describe, with random weights."""
        network = make_network(
            configuration_manager.configuration, num_input_channels, num_output_channels
        )
        return network.apply(network.initialize)

    def initialize(self):
        """Draw the first weights from the study's seed, or take those that are given."""
        self._seed("initialise")
        super().initialize()
        if self.first_weights:
            self.network.load_state_dict(self.first_weights)
        if self.device.type == "cpu":
            self.network.to(memory_format=FASTEST)

    def on_epoch_start(self):
        """Seed every epoch by itself, so that a resumed run repeats a whole one."""
        self._seed(self.current_epoch)
        super().on_epoch_start()

    def on_epoch_end(self):
        """Report how far the training is."""
        super().on_epoch_end()
        logger.info(self._progress())

    def configure_optimizers(self):
        """Adam; a learning rate that stays, or falls to 0 as nnU-Net's does."""
        optimizer = torch.optim.Adam(self.network.parameters(), self.initial_lr)
        exponent = {"constant": 0.0, "poly": 0.9}[self.study["learning_rate_schedule"]]
        return optimizer, PolyLRScheduler(
            optimizer, self.initial_lr, self.num_epochs, exponent=exponent
        )

    def do_split(self):
        """The study's own training and validation cases of this stage."""
        path = Path(self.preprocessed_dataset_folder_base, "splits.json")
        split = json.loads(path.read_text(encoding="utf-8"))[self.configuration_name]
        return split["train"], split["val"]

    def get_dataloaders(self):
        """Crops for training and validation, loaded in this process."""
        training, validation = self.get_tr_and_val_datasets()
        patch = self.configuration_manager.patch_size
        return (
            self._crops(training, self._larger(patch), self.get_training_transforms(patch)),
            self._crops(validation, patch, self.get_validation_transforms(None)),
        )

    def get_training_transforms(self, patch_size):
        """What the study's configuration does to training crops."""
        return training_transforms(
            patch_size,
            scale=self.study["scale"],
            spacing_mm=self.study["spacing_mm"],
            scale_hu=window_of(self.plans_manager.plans)["scale_hu"],
            augmentation=self.augmentation,
        )

    def train_step(self, batch):
        """One iteration, in bfloat16 on CPUs if the plans ask for it."""
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.study["bfloat16"]):
            return super().train_step(batch)

    def save_checkpoint(self, filename):
        """Write a checkpoint whole or not at all: a killed job must find it readable."""
        with atomic(filename) as partial:
            super().save_checkpoint(str(partial))

    def set_deep_supervision_enabled(self, enabled):
        """VB-Net has one output: there is nothing to switch."""

    def _build_loss(self):
        return FocalLoss(gamma=self.study["focal_gamma"], alpha=self.study["focal_alpha"])

    def _crops(self, dataset, initial_patch_size, transforms):
        loader = CropLoader(
            dataset,
            self.batch_size,
            initial_patch_size,
            self.configuration_manager.patch_size,
            self.label_manager,
            oversample_foreground_percent=self.oversample_foreground_percent,
            transforms=transforms,
        )
        loader.jitter_voxels = round(self.study["jitter_mm"] / self.study["spacing_mm"])
        return SingleThreadedAugmenter(loader, None)

    def _larger(self, patch):
        """Voxels that a training crop is cut with, so that no transform reaches beyond it."""
        largest = max(1, self.study["scale"][1])
        if rotation := self.augmentation.get("rotation"):
            angles = np.deg2rad(rotation["degrees"])
            patch = get_patch_size(patch, *angles, (1, 1))
        return [math.ceil(length * largest) for length in patch]

    def _seed(self, purpose):
        words = [self.study["seed"], *f"{self.configuration_name} {purpose}".encode()]
        seed = int(np.random.SeedSequence(words).generate_state(1)[0])
        np.random.seed(seed)
        torch.manual_seed(seed)

    def _progress(self):
        starts, ends, losses = (
            self.logger.get_value(key, None)
            for key in ("epoch_start_timestamps", "epoch_end_timestamps", "train_losses")
        )
        seconds = np.mean(np.array(ends) - np.array(starts))
        minutes, seconds = divmod(round(seconds * (self.num_epochs - self.current_epoch)), 60)
        return (
            f"{self.configuration_name}: epoch {self.current_epoch} of {self.num_epochs}, "
            f"loss {losses[-1]:.4f}, {minutes} min {seconds:02} s left"
        )


class CropLoader(nnUNetDataLoader):
    """nnU-Net's loader, whose crops around the mask are shifted at random."""

    jitter_voxels = 0

    def get_bbox(self, data_shape, force_fg, class_locations, *args, **kwargs):
        """Corners of one crop; a shifted one stays inside the image where it can."""
        lower, upper = super().get_bbox(data_shape, force_fg, class_locations, *args, **kwargs)
        if not (force_fg and self.jitter_voxels):
            return lower, upper
        shifts = np.random.randint(-self.jitter_voxels, self.jitter_voxels + 1, len(lower))
        spare = [size - side for size, side in zip(data_shape, self.patch_size, strict=True)]
        lower = [
            int(np.clip(corner + shift, min(0, room), max(0, room)))
            for corner, shift, room in zip(lower, shifts, spare, strict=True)
        ]
        return lower, [corner + side for corner, side in zip(lower, self.patch_size, strict=True)]


class FocalLoss(nn.Module):
    """Focal loss: mean over voxels of ``-alpha_t (1 - p_t) ** gamma log p_t``.

    p_t is the probability that the network gives to a voxel's true class. With gamma 0 and equal
    alphas it is cross-entropy, up to the factor alpha.

    Parameters
    ----------
    gamma : float, at least 0
        How strongly easy voxels are discounted.
    alpha : sequence of float, one for each class
        Class weights; scaled to sum to 1.

    References
    ----------
    Lin TY et al. (2017). Focal loss for dense object detection. ICCV 2017.
    doi:10.1109/ICCV.2017.324
    """

    def __init__(self, *, gamma, alpha):
        super().__init__()
        self.gamma = gamma
        self.register_buffer("alpha", torch.tensor(alpha, dtype=torch.float32) / sum(alpha))

    def forward(self, logits, target):
        """Loss of logits (B, classes, Z, Y, X) against labels (B, 1, Z, Y, X)."""
        target = target.long()
        log_p = torch.log_softmax(logits.float(), dim=1).gather(1, target)  # (B, 1, Z, Y, X)
        weight = self.alpha.to(log_p.device)[target]
        return -(weight * (1 - log_p.exp()) ** self.gamma * log_p).mean()
