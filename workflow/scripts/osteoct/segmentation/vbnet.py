"""VB-Net: a V-Net whose deep residual blocks are bottlenecks.

Shapes are written (B, C, Z, Y, X); W is the base width. With W = 16 and five levels:

    level 0   stem      1 -> 16                               up   32  (1 plain)   -> head
    level 1   down  16 -> 32    1 plain                       up   64  (2 plain)
    level 2   down  32 -> 64    2 bottlenecks                 up  128  (3 bottlenecks)
    level 3   down  64 -> 128   3 bottlenecks                 up  256  (3 bottlenecks)
    level 4   down 128 -> 256   3 bottlenecks

References
----------
Milletari F, Navab N, Ahmadi SA (2016). V-Net: fully convolutional neural networks for volumetric
medical image segmentation. 3DV 2016. doi:10.1109/3DV.2016.79

Han M et al. (2019). Large-scale evaluation of V-Net for organ segmentation in image guided
radiation therapy. SPIE Medical Imaging 10951. doi:10.1117/12.2512318
"""

import torch
from torch import nn

MAX_CONVOLUTIONS = 3  # of one residual block
PLAIN_DOWN, PLAIN_UP = 1, 2  # levels, from the top, whose blocks are plain convolutions
NORMS = {
    "batch": nn.BatchNorm3d,
    "instance": lambda channels: nn.InstanceNorm3d(channels, affine=True),
    "group": lambda channels: nn.GroupNorm(1, channels),
}


class VBNet(nn.Module):
    """Encoder and decoder of residual blocks; logits on the grid of the input.

    Parameters
    ----------
    input_channels, num_classes : int
        Classes include the background.
    base_width : int
        Channels at full resolution; each level down has twice as many.
    levels : int
        Resolutions, the full one included; sides must be multiples of 2 ** (levels - 1).
    bottleneck_ratio : int
        How many times fewer channels there are inside a bottleneck.
    norm : {"batch", "instance", "group"}
        With "batch" a voxel's result does not depend on how much of the image the network sees.
    """

    def __init__(
        self,
        input_channels,
        num_classes,
        *,
        base_width,
        levels,
        bottleneck_ratio,
        norm,
    ):
        super().__init__()
        block = {"ratio": bottleneck_ratio, "norm": norm}
        widths = [base_width * 2**level for level in range(levels)]
        self.stride = 2 ** (levels - 1)
        self.stem = convolution(input_channels, base_width, kernel_size=3, norm=norm)
        self.downs = nn.ModuleList(
            Down(widths[level - 1], convolutions=level, plain=level <= PLAIN_DOWN, **block)
            for level in range(1, levels)
        )
        self.ups = nn.ModuleList(
            Up(widths[level + 1], first_up=level == levels - 2, convolutions=level + 1,
               plain=level < PLAIN_UP, **block)
            for level in reversed(range(levels - 1))
        )  # fmt: skip
        self.head = nn.Sequential(
            convolution(2 * base_width, num_classes, kernel_size=3, norm=norm, relu=False),
            nn.Conv3d(num_classes, num_classes, kernel_size=1),
        )

    def forward(self, x):
        """Logits (B, classes, Z, Y, X) of an image (B, channels, Z, Y, X)."""
        x = self.stem(x)  # (B, W, Z, Y, X)
        skips = []
        for down in self.downs:
            skips.append(x)
            x = down(x)  # (B, 2W, Z/2, Y/2, X/2), and so on down
        for up in self.ups:
            x = up(x, skips.pop())  # (B, 2W, Z, Y, X) at last
        return self.head(x)  # (B, classes, Z, Y, X)

    @staticmethod
    def initialize(module):
        """First weights of one module, for ``network.apply``: He's, but for two kinds of layer.

        A block whose last norm has weight 0 hands on its input; training starts on the shallow
        network that is left and brings in the depth as it is of use (Goyal P et al. 2017,
        arXiv:1706.02677). The head is silent too, so that every class starts as likely as the
        others and the first steps of the focal loss stay small (Lin TY et al. 2017,
        arXiv:1708.02002); its last layer sets each class against the others.
        """
        if isinstance(module, (nn.Conv3d, nn.ConvTranspose3d)):
            nn.init.kaiming_normal_(module.weight)
            nn.init.zeros_(module.bias)
        elif isinstance(module, Residual):
            nn.init.zeros_(module.last_norm().weight)
        elif isinstance(module, VBNet):
            norm, last = module.head[0][-1], module.head[-1]
            nn.init.zeros_(norm.weight)
            with torch.no_grad():
                last.weight.copy_((2 * torch.eye(last.out_channels) - 1).reshape(last.weight.shape))


class Down(nn.Module):
    """Halve the grid, double the channels, refine."""

    def __init__(self, channels, *, convolutions, plain, ratio, norm):
        super().__init__()
        self.shrink = nn.Sequential(
            nn.Conv3d(channels, 2 * channels, kernel_size=2, stride=2),
            NORMS[norm](2 * channels),
            nn.ReLU(inplace=True),
        )
        self.refine = Residual(2 * channels, convolutions, plain=plain, ratio=ratio, norm=norm)

    def forward(self, x):
        return self.refine(self.shrink(x))  # (B, C, Z, Y, X) -> (B, 2C, Z/2, Y/2, X/2)


class Up(nn.Module):
    """Double the grid, put the encoder's view of it beside, refine both together.

    Parameters
    ----------
    channels : int
        Channels of the encoder one level below; as many come out.
    first_up : bool
        Whether the input comes from the encoder's floor, with `channels` channels; from another
        decoder block it has twice as many.
    """

    def __init__(self, channels, *, first_up, convolutions, plain, ratio, norm):
        super().__init__()
        self.grow = nn.Sequential(
            nn.ConvTranspose3d(
                channels if first_up else 2 * channels, channels // 2, kernel_size=2, stride=2
            ),
            NORMS[norm](channels // 2),
            nn.ReLU(inplace=True),
        )
        self.refine = Residual(channels, convolutions, plain=plain, ratio=ratio, norm=norm)

    def forward(self, x, skip):
        x = self.grow(x)  # (B, C/2, 2Z, 2Y, 2X)
        return self.refine(torch.cat((x, skip), dim=1))  # (B, C, 2Z, 2Y, 2X)


class Residual(nn.Module):
    """Add to the input what up to three convolutions, or bottlenecks, make of it."""

    def __init__(self, channels, convolutions, *, plain, ratio, norm):
        super().__init__()
        count = min(convolutions, MAX_CONVOLUTIONS)
        self.plain = plain
        self.body = nn.Sequential(
            *(
                convolution(channels, channels, kernel_size=3, norm=norm, relu=more)
                if plain
                else bottleneck(channels, ratio=ratio, norm=norm, relu=more)
                for more in [True] * (count - 1) + [False]
            )
        )
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.relu(self.body(x).add_(x))  # (B, C, Z, Y, X), as it came

    def last_norm(self):
        """The norm before the sum."""
        last = self.body[-1] if self.plain else self.body[-1][-1]
        return last[-1]


def bottleneck(channels, *, ratio, norm, relu):
    """1-3-1: squeeze to C / ratio channels, convolve there, restore."""
    narrow = max(1, channels // ratio)
    return nn.Sequential(
        convolution(channels, narrow, kernel_size=1, norm=norm),
        convolution(narrow, narrow, kernel_size=3, norm=norm),
        convolution(narrow, channels, kernel_size=1, norm=norm, relu=relu),
    )


def convolution(channels_in, channels_out, *, kernel_size, norm, relu=True):
    """Convolution that keeps the grid, norm, and ReLU unless a sum follows."""
    layers = [
        nn.Conv3d(channels_in, channels_out, kernel_size, padding=kernel_size // 2),
        NORMS[norm](channels_out),
    ]
    return nn.Sequential(*layers, *([nn.ReLU(inplace=True)] if relu else []))
