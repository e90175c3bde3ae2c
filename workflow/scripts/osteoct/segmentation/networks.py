"""Trained networks, put to use without nnU-Net: plain PyTorch, one image at a time."""

import SimpleITK as sitk
import torch
from safetensors.torch import load_file

from ctio import LEFT
from osteoct.results import read_json
from osteoct.segmentation.plans import STAGES, window_of
from osteoct.segmentation.regions import as_left, continued, normalised, padded
from osteoct.segmentation.vbnet import FASTEST, VBNet, fused

BEYOND = 4  # voxels by which an image goes on at its borders, where asked for


class Network:
    """One stage's network and how an image is handed to it.

    Parameters
    ----------
    plans : dict
        The plans it was trained with.
    stage : {"coarse", "fine"}
    weights : dict of str to torch.Tensor
    """

    def __init__(self, plans, stage, weights):
        configuration = plans["configurations"][stage]
        self.spacing_mm = configuration["study"]["spacing_mm"]
        self.window = window_of(plans)
        net = VBNet(1, 2, **configuration["architecture"]["arch_kwargs"])
        net.load_state_dict(weights)
        self.net = fused(net.eval()).to(memory_format=FASTEST)

    def probability(self, image, *, side=LEFT, beyond=False):
        """Probability that a voxel is femur.

        The network runs over the whole image at once: it is fully convolutional, and batch norm
        makes its answer independent of how much of the image it sees.

        Parameters
        ----------
        image : SimpleITK.Image
            HU at the network's spacing.
        side : int
            An image of a right femur is mirrored for the network.
        beyond : bool
            Whether the image goes on outside of its borders, see `regions.continued`. It helps to
            outline a bone that the image cuts, and not to find one.

        Returns
        -------
        SimpleITK.Image
            float32 in [0, 1] on the grid of `image`.
        """
        hu = as_left(sitk.GetArrayFromImage(image), side)
        seen = normalised(hu, **self.window)
        if beyond:
            seen, inner = continued(seen, multiple=self.net.stride, least=BEYOND)
        else:
            seen, inner = padded(seen, multiple=self.net.stride)
        with torch.inference_mode():
            logits = self.net(torch.from_numpy(seen)[None, None])
            femur = torch.softmax(logits, dim=1)[0, 1].numpy()
        found = sitk.GetImageFromArray(as_left(femur[inner], side))
        found.CopyInformation(image)
        return found


def load_networks(plans, weights, *, threads=1):
    """Both networks.

    Parameters
    ----------
    plans : str
        Path of plans.json.
    weights : dict of str to str
        Path of the safetensors file of each stage.
    threads : int
        With one thread the same CT gives the same bytes on every number of cores.

    Returns
    -------
    dict of str to Network
    """
    torch.set_num_threads(threads)
    plans = read_json(plans)
    return {stage: Network(plans, stage, load_file(weights[stage])) for stage in STAGES}
