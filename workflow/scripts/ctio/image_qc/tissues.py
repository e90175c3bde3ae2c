"""Where air, fat and muscle are in Hounsfield units, and how much that varies.

Fat: 95 % of 4,000 samples of routine abdominal CTs lie between -123 and -89 HU (Pop and Marusteri
2023, doi:10.3390/diagnostics13111913). What adipose tissue is made of agrees: that of the ICRU's
Report 44, 0.95 g/cm3, has -78 HU at 120 kVp behind 20 cm of water, and that of 0.93 g/cm3 (Woodard
and White 1986, Br J Radiol 59:1209-1219) -100 HU; cadavers have 0.925 to 0.970 g/cm3 (Martin et al.
1994, Int J Obes 18:79-83). The spectrum is SpekPy's; the tables of attenuation of NIST (SRD 126,
doi:10.18434/T4D01F) and of Elam (Radiat Phys Chem 2002, 63:121-128) agree within 2 HU.

Voltage: the same calculation has fat 19 to 22 HU lower at 80 kVp than at 120 kVp, 7 to 8 HU lower
at 100 kVp and 5 HU higher at 140 kVp, and muscle the same within 2 HU. In 17 patients fat rose by
15 HU from 80 to 140 kVp (Nutrition 2018, doi:10.1016/j.nut.2017.12.016), half of what is
calculated. The truth may be anywhere between both.

Muscle: 43 to 45 HU by the ICRU's composition; in thighs 49 (SD 3) HU of lean people, 34 (SD 4) HU
of obese ones with diabetes (Goodpaster et al. 2000, doi:10.1152/jappl.2000.89.1.104). A contrast
agent adds 6 to 9 HU (Paris et al. 2018, doi:10.1002/jpen.1067), with a standard deviation of 3 HU
(van der Werf et al. 2018, Clin Physiol Funct Imaging 38:366-372). The range goes two standard
deviations below the lowest and four above the highest of these, as phases of contrast differ. The
peak is that of muscle without fat in it: 49 HU, or 57 HU with a contrast agent, which many CTs
have; usual is the middle.

Air: -1000 HU by definition. In a phantom the accreditation of the American College of Radiology
takes -1005 to -970 HU, the maker of the Catphan -1046 to -986 HU; 30 HU to either side are taken
here.

Together: from patient to patient fat varies with a standard deviation of 8.7 HU (the interval
above), muscle with 7.5 HU (the groups above). If they do so independently, the mean of both varies
with 5.7 HU and their distance with 11.5 HU. Of intact CTs 1 % lie beyond 2.6 standard deviations.
"""

from math import hypot
from typing import NamedTuple

import numpy as np

AIR_HU = (-1000, -1030, -970)  # usual, lowest, highest
MUSCLE_HU = (53, 25, 75)
FAT_AT_120_KVP_HU = -106
FAT_SD_HU, MUSCLE_SD_HU = 8.7, 7.5
MAX_DEVIATIONS = 2.6
MAX_DEVIATIONS_WITHOUT_AIR = 2  # above the usual distance, where air was cut as by a high slope
# How much lower or higher fat is than at 120 kVp: (kVp, as measured, as calculated).
FAT_BY_VOLTAGE = np.array([(80, -12, -22), (100, -4, -8), (120, 0, 0), (140, 3, 5)])
USUAL_KVP = (100, 140)  # from one to the other, where the voltage is not known


class Range(NamedTuple):
    """Where something is in intact CTs, in Hounsfield units."""

    usual: float
    low: float
    high: float

    def holds(self, hu):
        """Whether a value is in the range."""
        return self.low <= hu <= self.high


class Scale(NamedTuple):
    """Ranges of one scan.

    Attributes
    ----------
    air, fat, muscle : Range
        Of their peaks.
    mean, distance : Range
        Of the mean of the peaks of fat and muscle, and from the one to the other.
    """

    air: Range
    fat: Range
    muscle: Range
    mean: Range
    distance: Range


def expected_scale(kvp=None, *, has_air=True):
    """Where a scan's tissues should be.

    Parameters
    ----------
    kvp : float, optional
        The tube voltage; without it the ranges are wider.
    has_air : bool
        Whether air can be judged; if not, the distance from fat to muscle shows a wrong slope.

    Returns
    -------
    Scale
    """
    shift, shift_sd = _fat_shift(kvp)
    fat, muscle = FAT_AT_120_KVP_HU + shift, MUSCLE_HU[0]
    fat_sd = hypot(FAT_SD_HU, shift_sd)
    both_sd = hypot(fat_sd, MUSCLE_SD_HU)
    times = MAX_DEVIATIONS if has_air else MAX_DEVIATIONS_WITHOUT_AIR
    return Scale(
        Range(*AIR_HU),
        _range_around(fat, MAX_DEVIATIONS * fat_sd),
        Range(*MUSCLE_HU),
        _range_around((fat + muscle) / 2, MAX_DEVIATIONS * both_sd / 2),
        Range(
            muscle - fat,
            muscle - fat - MAX_DEVIATIONS * both_sd,
            muscle - fat + times * both_sd,
        ),
    )


def _range_around(usual, width):
    return Range(usual, usual - width, usual + width)


def _fat_shift(kvp):
    """By how much fat is shifted against 120 kVp, and the standard deviation of that, in HU."""
    voltages, *columns = FAT_BY_VOLTAGE.T
    shifts = [np.interp((kvp, kvp) if kvp else USUAL_KVP, voltages, column) for column in columns]
    spread = float(np.ptp(shifts)) / 12**0.5  # of values spread evenly
    return (float(np.mean(shifts)) if kvp else 0.0), spread
