"""Inference of the trained networks without nnU-Net: plain PyTorch, one image at a time."""

import SimpleITK as sitk
import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from ctio import LEFT
from osteoct.results import read_json
from osteoct.segmentation.plans import STAGES, make_network, window_of
from osteoct.segmentation.regions import as_left, continued, normalised, padded

FASTEST = torch.channels_last_3d  # memory format, on CPUs
MARGIN_OUTSIDE = 4  # voxels by which an image is continued at its borders, where asked for


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
        net = make_network(configuration, 1, 2)
        net.load_state_dict(weights)
        self.net = fused(net.eval()).to(memory_format=FASTEST)

    def probability(self, image, *, side=LEFT, continue_outside=False):
        """Probability that a voxel is femur.

        The network runs over the whole image at once: it is fully convolutional, and batch norm
        makes the result independent of how much of the image it sees.

        Parameters
        ----------
        image : SimpleITK.Image
            HU at the network's spacing.
        side : int
            An image of a right femur is mirrored for the network.
        continue_outside : bool
            Whether the image is continued outside of its borders, see `regions.continued`. It
            helps to segment a bone that the image cuts, and not to find one.

        Returns
        -------
        SimpleITK.Image
            float32 in [0, 1] on the grid of `image`.
        """
        hu = as_left(sitk.GetArrayFromImage(image), side)
        seen = normalised(hu, **self.window)
        if continue_outside:
            seen, inner = continued(seen, multiple=self.net.stride, margin=MARGIN_OUTSIDE)
        else:
            seen, inner = padded(seen, multiple=self.net.stride)
        with torch.inference_mode():
            logits = self.net(torch.from_numpy(seen)[None, None])
            femur = torch.softmax(logits, dim=1)[0, 1].numpy()
        probability = sitk.GetImageFromArray(as_left(femur[inner], side))
        probability.CopyInformation(image)
        return probability


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


def fused(network):
    """The trained network with each batch norm's factors taken into the convolution before it.

    Parameters
    ----------
    network : torch.nn.Module
        In evaluation mode; it is changed.

    Returns
    -------
    torch.nn.Module
        `network`: the same result but for rounding, sooner. Other norms stay.
    """
    for layers in (module for module in network.modules() if isinstance(module, nn.Sequential)):
        for number in range(len(layers) - 1):
            if isinstance(layers[number + 1], nn.BatchNorm3d):
                transposed = isinstance(layers[number], nn.ConvTranspose3d)
                layers[number] = fuse_conv_bn_eval(*layers[number : number + 2], transposed)
                layers[number + 1] = nn.Identity()
    return network
