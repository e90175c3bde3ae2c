"""Focal loss: cross-entropy that forgets the voxels which are right already."""

import torch
from torch import nn


class FocalLoss(nn.Module):
    """Mean over voxels of ``-alpha_t (1 - p_t) ** gamma log p_t``.

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
