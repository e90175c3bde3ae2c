import numpy as np
import pytest
import torch
from torch import nn

from osteoct.figures.vbnet import describe, draw_network
from osteoct.segmentation.networks import fused
from osteoct.segmentation.vbnet import VBNet, bottleneck
from osteoct.segmentation.vbnet_trainer import FocalLoss


def small_network(**changes):
    torch.manual_seed(1)
    settings = {"base_width": 4, "levels": 3, "bottleneck_ratio": 4, "norm": "batch"}
    return VBNet(1, 2, **(settings | changes)).eval()


def test_published_size_has_2_167_836_weights():
    network = VBNet(1, 2, base_width=16, levels=5, bottleneck_ratio=4, norm="batch")
    assert sum(parameter.numel() for parameter in network.parameters()) == 2_167_836


def test_bottleneck_squeezes_to_a_quarter_and_convolves_only_there():
    kernels = [
        (module.in_channels, module.out_channels, module.kernel_size[0])
        for module in bottleneck(64, ratio=4, norm="batch", relu=True).modules()
        if isinstance(module, nn.Conv3d)
    ]
    assert kernels == [(64, 16, 1), (16, 16, 3), (16, 64, 1)]


def test_logits_lie_on_the_grid_of_the_image():
    assert small_network()(torch.zeros(2, 1, 8, 12, 16)).shape == (2, 2, 8, 12, 16)


def test_every_class_is_equally_likely_before_training():
    network = small_network()
    network.apply(network.initialize)
    logits = network(torch.randn(1, 1, 8, 8, 8))
    assert torch.equal(logits[:, 0], logits[:, 1])


def test_stride_is_what_the_sides_of_an_image_must_be_multiples_of():
    assert small_network(levels=4).stride == 8


def test_answer_does_not_depend_on_how_much_of_the_image_the_network_sees():
    network = small_network(levels=3)
    image = torch.randn(1, 1, 96, 8, 8)
    with torch.no_grad():
        whole, half = network(image), network(image[:, :, :64])
    far_from_the_cut = slice(0, 24)
    assert torch.allclose(whole[:, :, far_from_the_cut], half[:, :, far_from_the_cut], atol=1e-5)


@pytest.mark.parametrize("norm, norms_left", [("batch", 0), ("instance", 16)])
def test_fused_network_answers_as_before(norm, norms_left):
    network, image = small_network(norm=norm), torch.randn(1, 1, 8, 16, 8)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm3d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
    with torch.no_grad():
        before, after = network(image), fused(network)(image)
    norms = [m for m in network.modules() if isinstance(m, (nn.BatchNorm3d, nn.InstanceNorm3d))]
    assert len(norms) == norms_left
    assert before.std() > 0.1
    assert torch.allclose(before, after, atol=1e-5)


def test_focal_loss_without_focus_is_cross_entropy():
    logits = torch.randn(2, 2, 3, 4, 5)
    target = torch.randint(0, 2, (2, 1, 3, 4, 5))
    loss = FocalLoss(gamma=0, alpha=[1, 1])(logits, target)
    assert loss == pytest.approx(nn.functional.cross_entropy(logits, target[:, 0]).item() / 2)


def test_focal_loss_of_one_voxel_is_the_formula():
    logits = torch.tensor([0.0, np.log(3)]).float().view(1, 2, 1, 1, 1)  # p = 1/4, 3/4
    loss = FocalLoss(gamma=2, alpha=[0.5, 0.5])
    femur = loss(logits, torch.ones(1, 1, 1, 1, 1))
    background = loss(logits, torch.zeros(1, 1, 1, 1, 1))
    assert femur.item() == pytest.approx(-0.5 * 0.25**2 * np.log(0.75))
    assert background.item() == pytest.approx(-0.5 * 0.75**2 * np.log(0.25))


def test_alpha_is_scaled_to_sum_to_one():
    assert FocalLoss(gamma=2, alpha=[1, 3]).alpha.tolist() == [0.25, 0.75]


def test_drawing_says_what_each_block_of_the_network_gives():
    blocks = describe(small_network(), patch_voxels=[8, 8, 8])
    assert [block.channels for block in blocks] == [4, 8, 16, 16, 8, 2]
    assert [block.level for block in blocks] == [0, 1, 2, 1, 0, 0]
    assert [block.kind for block in blocks[1:3]] == ["residual", "bottlenecks"]


def test_drawing_counts_the_weights():
    figure = draw_network(small_network(), patch_voxels=[8, 8, 8], spacing_mm=1)
    weights = sum(parameter.numel() for parameter in small_network().parameters())
    assert f"{weights:,} weights" in figure.axes[0].get_legend().get_title().get_text()
