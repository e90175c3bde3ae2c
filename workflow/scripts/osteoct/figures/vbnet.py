"""Figure S1: VB-Net, drawn from the network object as one crop runs through it."""

from dataclasses import dataclass

import torch
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Rectangle
from torch import nn

from osteoct.figures.style import ACCENT, DOUBLE_COLUMN_INCHES, INK, MUTED, SINGLE_COLUMN_INCHES

FULL_RESOLUTION_HEIGHT = 1.0
LEVEL_DROP = 1.45
BLUE, ORANGE, SKY = "#0072B2", "#E69F00", "#56B4E9"
COLOURS = {
    "convolution": SKY,
    "residual": BLUE,
    "bottlenecks": ORANGE,
}


@dataclass
class Block:
    """One box of the drawing: what a part of the network gave, and how it is made."""

    kind: str
    label: str
    channels: int
    grid: str
    level: int


def describe(network, *, patch_voxels):
    """What every part of a VB-Net gives when a crop runs through it.

    Parameters
    ----------
    network : osteoct.segmentation.vbnet.VBNet
    patch_voxels : sequence of int, (z, y, x)

    Returns
    -------
    list of Block
        In the order of computation: stem, down blocks, up blocks, head.
    """
    parts = [network.stem, *network.downs, *network.ups, network.head]
    given = {}
    hooks = [
        part.register_forward_hook(lambda part, _, output: given.update({part: output.shape}))
        for part in parts
    ]
    training = network.training
    network.eval()
    with torch.no_grad():
        network(torch.zeros(1, network.stem[0].in_channels, *patch_voxels))
    network.train(training)
    for hook in hooks:
        hook.remove()
    return [_block(part, given[part], patch_voxels) for part in parts]


def draw_network(network, *, patch_voxels, spacing_mm):
    """VB-Net as a U: resolutions from top to bottom, channels and grid beside every block.

    Parameters
    ----------
    network : osteoct.segmentation.vbnet.VBNet
    patch_voxels : sequence of int, (z, y, x)
        Size of the crop that is run through it.
    spacing_mm : float
        Voxel side of that crop.

    Returns
    -------
    matplotlib.figure.Figure
    """
    blocks = describe(network, patch_voxels=patch_voxels)
    figure = Figure(figsize=(DOUBLE_COLUMN_INCHES, SINGLE_COLUMN_INCHES * 1.2))
    axes = figure.subplots()
    axes.set_axis_off()
    places = _places(blocks)
    for block, place in zip(blocks, places, strict=True):
        _draw_block(axes, block, place)
    _draw_steps(axes, blocks, places)
    _draw_skips(axes, blocks, places)
    _draw_ends(axes, places, patch_voxels, spacing_mm)
    _draw_bottleneck(axes, network, (places[0][0] - 1.6, min(y for _, y in places) + 0.1))
    _draw_legend(axes, network)
    axes.set(
        xlim=(places[0][0] - 2, places[-1][0] + 2),
        ylim=(min(y for _, y in places) - 1.25, 1.15),
    )
    return figure


def _block(part, shape, patch_voxels):
    """Description of a part by its type, its output, and what it is made of."""
    channels, sides = shape[1], shape[2:]
    level = (patch_voxels[0] // sides[0]).bit_length() - 1
    if not hasattr(part, "refine"):
        name = "3³ conv" if len(part) == 3 else "3³, 1³ conv"
        return Block("convolution", name, channels, _grid(sides), level)
    steps = len(part.refine.body)
    kind = "residual" if part.refine.plain else "bottlenecks"
    inside = "3³" if part.refine.plain else "1-3-1"
    return Block(kind, f"{steps} × {inside}", channels, _grid(sides), level)


def _grid(sides):
    """Voxels of a grid, as in 48³ or 48×64×64."""
    return f"{sides[0]}³" if len(set(sides)) == 1 else "×".join(map(str, sides))


def _places(blocks):
    """Middle of each box: one column a block, one row a level."""
    columns = range(len(blocks))
    return [
        (1.55 * column, -LEVEL_DROP * block.level)
        for column, block in zip(columns, blocks, strict=True)
    ]


def _size(block):
    """Width grows with the logarithm of the channels; height falls with the level."""
    return 0.16 + 0.085 * block.channels.bit_length(), FULL_RESOLUTION_HEIGHT * 0.84**block.level


def _draw_block(axes, block, place):
    (x, y), (width, height) = place, _size(block)
    axes.add_patch(
        Rectangle(
            (x - width / 2, y - height / 2), width, height,
            facecolor=COLOURS[block.kind], edgecolor=INK, linewidth=0.7, zorder=3,
        )
    )  # fmt: skip
    axes.text(
        x, y + height / 2 + 0.06, str(block.channels), ha="center", va="bottom", weight="bold"
    )
    axes.text(
        x, y - height / 2 - 0.07, f"{block.label}\n{block.grid}",
        ha="center", va="top", fontsize=6, color=INK, linespacing=1.25,
    )  # fmt: skip


def _draw_steps(axes, blocks, places):
    """Arrows from block to block: down with stride 2, up with stride 2, or on."""
    for (one, start), (other, end) in zip(
        zip(blocks, places, strict=True), zip(blocks[1:], places[1:], strict=True), strict=False
    ):
        colour = {1: INK, -1: ACCENT, 0: MUTED}[other.level - one.level]
        begin = (start[0] + _size(one)[0] / 2, start[1])
        finish = (end[0] - _size(other)[0] / 2, end[1])
        _arrow(axes, begin, finish, colour)


def _draw_skips(axes, blocks, places):
    """Dashed lines from each encoder block to the decoder block of its resolution."""
    floor = max(range(len(blocks)), key=lambda index: blocks[index].level)
    for index in range(floor):
        partner = 2 * floor - index
        begin = (places[index][0] + _size(blocks[index])[0] / 2, places[index][1] + 0.2)
        finish = (places[partner][0] - _size(blocks[partner])[0] / 2, places[partner][1] + 0.2)
        _arrow(axes, begin, finish, MUTED, linestyle=(0, (4, 3)))


def _draw_ends(axes, places, patch_voxels, spacing_mm):
    (first_x, first_y), (last_x, last_y) = places[0], places[-1]
    axes.text(
        first_x - 1.3, first_y, f"CT crop\n{_grid(patch_voxels)}\nat {spacing_mm:g} mm",
        ha="center", va="center", fontsize=7,
    )  # fmt: skip
    axes.text(
        last_x + 1.4, last_y, "femur,\nbackground\n(softmax)", ha="center", va="center", fontsize=7
    )
    _arrow(axes, (first_x - 0.75, first_y), (first_x - 0.3, first_y), MUTED)
    _arrow(axes, (last_x + 0.2, last_y), (last_x + 0.65, last_y), MUTED)


def _draw_bottleneck(axes, network, corner):
    """One bottleneck of the network's floor, convolution by convolution."""
    steps = [module for module in network.downs[-1].refine.body[0].modules() if _is_conv(module)]
    x, y = corner
    axes.text(x, y + 0.62, "one bottleneck", weight="bold", fontsize=6.5)
    for index, step in enumerate(steps):
        left, wide = x + 0.95 * index, step.kernel_size[0] > 1
        axes.add_patch(
            Rectangle(
                (left, y), 0.62, 0.46,
                facecolor=COLOURS["bottlenecks"] if wide else "white", edgecolor=INK,
                linewidth=0.7,
            )
        )  # fmt: skip
        axes.text(
            left + 0.31, y + 0.23, f"{step.kernel_size[0]}³", ha="center", va="center", fontsize=6.5
        )
        axes.text(
            left + 0.31, y - 0.08, f"{step.in_channels} → {step.out_channels}",
            ha="center", va="top", fontsize=5.5,
        )  # fmt: skip
        if index:
            _arrow(axes, (left - 0.35, y + 0.23), (left + 0.02, y + 0.23), INK)


def _is_conv(module):
    return isinstance(module, nn.Conv3d)


def _arrow(axes, begin, finish, colour, linestyle="-"):
    axes.add_patch(
        FancyArrowPatch(
            begin, finish, arrowstyle="-|>", mutation_scale=6, shrinkA=1, shrinkB=1,
            color=colour, linewidth=0.9, linestyle=linestyle, zorder=2,
        )
    )  # fmt: skip


def _draw_legend(axes, network):
    weights = sum(parameter.numel() for parameter in network.parameters())
    norm = type(network.stem[1]).__name__.removesuffix("3d")
    boxes = {
        "convolution": f"convolution, {norm}, ReLU",
        "residual": "residual block of plain 3³ convolutions",
        "bottlenecks": "residual block of 1-3-1 bottlenecks",
    }
    handles = [
        Rectangle((0, 0), 1, 1, facecolor=COLOURS[kind], edgecolor=INK, linewidth=0.7, label=text)
        for kind, text in boxes.items()
    ]
    lines = {
        "2³ convolution, stride 2": (INK, "-"),
        "2³ transposed convolution, stride 2": (ACCENT, "-"),
        "skip: concatenated": (MUTED, (0, (4, 3))),
    }
    handles += [
        Line2D([], [], color=colour, linestyle=style, linewidth=0.9, label=text)
        for text, (colour, style) in lines.items()
    ]
    axes.legend(
        handles=handles, loc="lower center", ncols=2, bbox_to_anchor=(0.5, -0.16), fontsize=6.5,
        title=f"channels above, voxels below each block; {weights:,} weights", title_fontsize=7,
    )  # fmt: skip
