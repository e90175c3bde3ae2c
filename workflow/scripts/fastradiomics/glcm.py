"""Features of the grey level co-occurrence matrix."""

import numpy as np
from numba import njit

EPSILON = np.spacing(1.0)
NAMES = (
    "Autocorrelation",
    "ClusterProminence",
    "ClusterShade",
    "ClusterTendency",
    "Contrast",
    "Correlation",
    "DifferenceAverage",
    "DifferenceEntropy",
    "DifferenceVariance",
    "Id",
    "Idm",
    "Idmn",
    "Idn",
    "Imc1",
    "Imc2",
    "InverseVariance",
    "JointAverage",
    "JointEnergy",
    "JointEntropy",
    "MaximumProbability",
    "SumAverage",
    "SumEntropy",
    "SumSquares",
)
MCC = "MCC"


def cooccurrence_features(pairs, *, mcc):
    """Features of co-occurrence, averaged over the directions.

    Parameters
    ----------
    pairs : ndarray of int, shape (n_directions, n_levels, n_levels)
        Counts of one direction each; the opposite one is added here. Directions without any pair
        are left out. The sum over all directions as the only one gives IBSI's merged features.
    mcc : bool
        Whether the maximal correlation coefficient is wanted too.

    Returns
    -------
    dict of str to float
        Not a number if no direction has a pair.

    References
    ----------
    Haralick RM, Shanmugam K, Dinstein I (1973). Textural features for image classification. IEEE
    Trans Syst Man Cybern 3:610-621. doi:10.1109/TSMC.1973.4309314
    Zwanenburg A et al. (2016). arXiv:1612.07003, section 3.6.
    """
    both = pairs + pairs.transpose(0, 2, 1)
    joints = [counts / counts.sum() for counts in both if counts.any()]
    if not joints:
        return dict.fromkeys((*NAMES, MCC) if mcc else NAMES, np.nan)
    found = np.empty((len(joints), len(NAMES)))
    for joint, out in zip(joints, found, strict=True):
        _features(joint, out)
    values = dict(zip(NAMES, np.nanmean(found, axis=0).tolist(), strict=True))
    if mcc:
        values[MCC] = float(np.mean([_maximal_correlation(joint) for joint in joints]))
    return values


def _maximal_correlation(joint):
    """Second singular value of the matrix scaled by its marginals; 1 if there is one level."""
    p = joint.sum(axis=0)
    present = p > 0
    if present.sum() < 2:
        return 1.0 if len(joint) == 1 else 0.0
    scale = 1 / np.sqrt(p[present])
    return np.linalg.svd(joint[np.ix_(present, present)] * np.outer(scale, scale))[1][1]


@njit(cache=True)
def _features(joint, out):
    """All of `NAMES` for a symmetric matrix of probabilities."""
    n = joint.shape[0]
    p, p_sum, p_difference = np.zeros(n), np.zeros(2 * n - 1), np.zeros(n)
    for i in range(n):
        for j in range(n):
            p[i] += joint[i, j]
            p_sum[i + j] += joint[i, j]
            p_difference[abs(i - j)] += joint[i, j]
    mean = (p * np.arange(1.0, n + 1)).sum()
    out[16], out[22] = mean, _moment(p, mean - 1, 2)
    _of_joint(joint, out)
    _of_sums(p_sum, mean, out)
    _of_differences(p_difference, out)
    covariance = (out[3] - out[4]) / 4
    out[5] = covariance / (out[22] + EPSILON) if out[22] > 0 else 1.0
    out[13], out[14] = _information(joint, p, out[18])


@njit(cache=True)
def _of_joint(joint, out):
    """Autocorrelation, energy, entropy, maximum."""
    n = joint.shape[0]
    product, energy, highest = 0.0, 0.0, 0.0
    for i in range(n):
        for j in range(n):
            p = joint[i, j]
            product += p * (i + 1) * (j + 1)
            energy += p * p
            highest = max(highest, p)
    out[0], out[17], out[18], out[19] = product, energy, _entropy(joint.ravel()), highest


@njit(cache=True)
def _of_sums(p, mean, out):
    """From the distribution of i + j: cluster features, sum average and entropy."""
    centre = 2 * mean - 2  # of an index that counts from 0 where i + j counts from 2
    out[1], out[2], out[3] = _moment(p, centre, 4), _moment(p, centre, 3), _moment(p, centre, 2)
    out[20], out[21] = (p * np.arange(2.0, p.size + 2)).sum(), _entropy(p)


@njit(cache=True)
def _of_differences(p, out):
    """From the distribution of |i - j|: contrast, differences and inverse differences."""
    n = p.size
    k = np.arange(0.0, n)
    out[4], out[6], out[7] = _moment(p, 0.0, 2), (p * k).sum(), _entropy(p)
    out[8] = _moment(p, out[6], 2)
    out[9], out[10] = (p / (1 + k)).sum(), (p / (1 + k**2)).sum()
    out[11], out[12] = (p / (1 + k**2 / n**2)).sum(), (p / (1 + k / n)).sum()
    out[15] = (p[1:] / k[1:] ** 2).sum()


@njit(cache=True)
def _information(joint, p, entropy):
    """Both measures of informational correlation."""
    n = p.size
    cross, apart = 0.0, 0.0
    for i in range(n):
        for j in range(n):
            product = p[i] * p[j]
            if product > 0:
                bits = np.log2(product + EPSILON)
                cross -= joint[i, j] * bits
                apart -= product * bits
    alone = _entropy(p)
    first = (entropy - cross) / alone if alone != 0 else 0.0
    second = 0.0 if apart == entropy else (1 - np.exp(-2 * (apart - entropy))) ** 0.5
    return first, second


@njit(cache=True)
def _entropy(p):
    """Entropy in bits."""
    total = 0.0
    for k in range(p.size):
        if p[k] > 0:
            total -= p[k] * np.log2(p[k] + EPSILON)
    return total


@njit(cache=True)
def _moment(p, centre, order):
    """Moment of an index about a centre."""
    total = 0.0
    for k in range(p.size):
        total += p[k] * (k - centre) ** order
    return total
