"""How long 1,184 features of one femur take: pyradiomics, pyradiomics on a crop, fastradiomics.

Run it with `make benchmark-features`. The femur is a phantom's, in a CT of 512 x 512 x 220 voxels.
Times are CPU seconds on one core from images in memory to features; medians of interleaved rounds.
"""

import logging
import re
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import SimpleITK as sitk
import yaml
from radiomics.featureextractor import RadiomicsFeatureExtractor

from ctio import LEFT
from hipphantom import simulate
from osteoct.features.extraction import extract, params_of, settings_of

ROOT = Path(__file__).parents[1]
logging.disable(logging.ERROR)
CONFIG = yaml.safe_load((ROOT / "config/config.yaml").read_text())
SETTINGS = settings_of(CONFIG["features"])
PHANTOM = yaml.safe_load((ROOT / "config/phantom.yaml").read_text())["phantom"]
PATIENT, SHAPE, AIR_HU, ROUNDS = "S0002", (220, 512, 512), -1000, 3


def scan():
    """A phantom's CT in air up to the full size, and its left femur."""
    phantom = simulate(PATIENT, seed=CONFIG["seed"], **PHANTOM)
    around = [
        ((full - n) // 2, full - n - (full - n) // 2)
        for full, n in zip(SHAPE, phantom.ct.shape, strict=True)
    ]
    hu = np.pad(phantom.ct, around, constant_values=AIR_HU)
    inside = np.pad(phantom.mask == LEFT, around).astype(np.uint8)
    images = [sitk.GetImageFromArray(array) for array in (hu, inside)]
    for image in images:
        image.SetSpacing(phantom.grid.spacing_mm[::-1])
        image.SetOrigin((-204.8, -210.3, -512.7))
    return images


def vanilla(ct, mask, **setting):
    """The package as its manual says, diagnostics included."""
    params = params_of(**{k: v for k, v in SETTINGS.items() if k not in ("engine", "profile")})
    features = RadiomicsFeatureExtractor(params, **setting).execute(ct, mask)
    return {name: float(v) for name, v in features.items() if not name.startswith("diagnostics")}


ENGINES = {
    "pyradiomics": vanilla,
    "pyradiomics, no diagnostics": lambda *scan: vanilla(*scan, additionalInfo=False),
    "pyradiomics, cropped first": lambda *scan: extract(
        *scan, **SETTINGS | {"engine": "pyradiomics"}
    ),
    "fast": lambda *scan: extract(*scan, **SETTINGS),
}


def timed(name, images):
    """CPU seconds and features of one engine."""
    start = time.process_time()
    values = ENGINES[name](*images)
    return time.process_time() - start, values


def peak_mib(name, folder):
    """Highest memory of a process of its own that reads the images and measures once."""
    call = [sys.executable, __file__, name, str(folder)]
    return float(subprocess.run(call, check=True, capture_output=True, text=True).stdout)


def read(folder):
    return [sitk.ReadImage(str(folder / f"{name}.nrrd")) for name in ("ct", "mask")]


def in_own_process(name, folder):
    ENGINES[name](*read(Path(folder)))
    status = Path("/proc/self/status").read_text()  # getrusage would count the parent's memory
    print(int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024)


def some_femurs(folder, times):
    """When a warm process starts and ends measuring a number of femurs, and its CPU seconds."""
    images = read(folder)
    timed("fast", images)
    start = time.monotonic()
    seconds = sum(timed("fast", images)[0] for _ in range(times))
    return start, time.monotonic(), seconds


def at_once(folder, processes, times=6):
    """Femurs per second of several processes, from the first to the last, and CPU s per femur."""
    with ProcessPoolExecutor(processes) as pool:
        runs = list(pool.map(some_femurs, [folder] * processes, [times] * processes))
    starts, ends, seconds = zip(*runs, strict=True)
    femurs = processes * times
    return femurs / (max(ends) - min(starts)), sum(seconds) / femurs


def main():
    images = scan()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for image, name in zip(images, ("ct", "mask"), strict=True):
            sitk.WriteImage(image, str(folder / f"{name}.nrrd"))
        first = {name: timed(name, images)[0] for name in reversed(ENGINES)}
        rounds = [{name: timed(name, images) for name in ENGINES} for _ in range(ROUNDS)]
        medians = {name: statistics.median(r[name][0] for r in rounds) for name in ENGINES}
        print(f"{'engine':30s} {'CPU s':>8s} {'first call':>11s} {'peak MiB':>9s}")
        for name, seconds in medians.items():
            print(f"{name:30s} {seconds:8.3f} {first[name]:11.2f} {peak_mib(name, folder):9.0f}")
        (one, alone), (two, shared) = (at_once(folder, processes) for processes in (1, 2))
        print(
            f"fast, two processes: {two / one:.2f} times the femurs per second "
            f"({one:.2f}, {two:.2f}), {shared / alone:.2f} times the CPU s per femur "
            f"({alone:.3f}, {shared:.3f})"
        )
    values, reference = (rounds[0][name][1] for name in ("fast", "pyradiomics"))
    assert set(values) == set(reference)
    worst = max(
        abs(values[name] - other) / abs(other) for name, other in reference.items() if other
    )
    ratio = medians["pyradiomics"] / medians["fast"]
    print(f"ratio={ratio:.1f} max_rel_diff={worst:.1e} n_features={len(values)}")


if __name__ == "__main__":
    main() if len(sys.argv) == 1 else in_own_process(*sys.argv[1:])
