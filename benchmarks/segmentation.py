"""Seconds, memory and Dice on a CT of the whole body's width, beside stock nnU-Net.

    make benchmark-segmentation

A digital phantom, scanned from mid-thigh up, fills 512 x 512 x 300 voxels of 0.8 x 0.8 x 1.25 mm,
with air beside it. Ours is what
`make screen` does from the file to the mask. The stock one is nnU-Net's own sliding-window
predictor with the same fine network at 1 mm over the whole CT, mirroring off, half-patch steps.
Each runs in a process of its own, after one that only loaded the libraries: what their first start
on a machine takes is not counted. The last line is for machines; ratio is stock seconds / ours.
On a slow machine `--stock-fraction 0.3` gives the stock one only that fraction of the slices,
femora among them, and multiplies its seconds; its memory and Dice are then those of the part.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic

import numpy as np
import SimpleITK as sitk
import yaml

ROOT = Path(__file__).parents[1]
LEFT = 2
SHAPE, SPACING_MM = (300, 512, 512), (0.8, 0.8, 1.25)
PATIENT = "S0005"
BEYOND_MM = {"above_heads_mm": 190, "below_trochanters_mm": 80}  # of the phantom's scan
SPLINE = {"order_z": 0, "force_separate_z": None}
LIBRARIES = "import nnunetv2.inference.predict_from_raw_data, osteoct.screening.__main__"
STANDARD = {  # what nnU-Net's own planner writes
    **{f"resampling_fn_{kind}": "resample_data_or_seg_to_shape" for kind in ("data", "seg")},
    "resampling_fn_probabilities": "resample_data_or_seg_to_shape",
    "resampling_fn_data_kwargs": {"is_seg": False, "order": 3, **SPLINE},
    "resampling_fn_seg_kwargs": {"is_seg": True, "order": 1, **SPLINE},
    "resampling_fn_probabilities_kwargs": {"is_seg": False, "order": 1, **SPLINE},
}


def main():
    """Make the CT, run both, print what they took and reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, default=ROOT / "resources/weights")
    parser.add_argument("--stock-fraction", type=float, default=1.0, help="fraction of the slices")
    parser.add_argument("--run", choices=["ours", "stock"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        {"ours": run_ours, "stock": run_stock}[options.run](options.folder, options.weights)
        return
    with tempfile.TemporaryDirectory() as folder:
        compare(Path(folder), options.weights, fraction=options.stock_fraction)


def compare(folder, weights, *, fraction):
    """Run both methods on the same CT and print the comparison."""
    truth = write_large_ct(folder)
    kept = write_part(folder, truth, fraction)
    subprocess.run([sys.executable, "-c", LIBRARIES], check=True)
    print(f"CT of {SHAPE} voxels (z, y, x) written; {len(os.sched_getaffinity(0))} cores")
    if fraction < 1:
        print(
            f"BOUNDED: the stock one gets slices {kept.start} to {kept.stop - 1} of {SHAPE[0]}; "
            f"its seconds are multiplied by {SHAPE[0] / (kept.stop - kept.start):.2f}"
        )
    ours = described("ours", folder, weights, truth, slice(0, SHAPE[0]))
    stock = described("stock", folder, weights, truth, kept)
    print("The fine network saw left femora only; ours mirrors right ones, the stock one does not.")
    print(f"By the seconds of all cores the ratio is {stock['cpu'] / ours['cpu']:.1f}.")
    print(
        f"seconds={ours['seconds']:.1f} ratio={stock['seconds'] / ours['seconds']:.1f} "
        f"peak_gib={ours['peak_gib']:.2f} dice={ours['dice']:.3f} dice_stock={stock['dice']:.3f}"
    )


def described(name, folder, weights, truth, kept):
    """Run one method; print and return what it took, scaled to the whole CT, and its Dice."""
    seconds, cpu_seconds, peak_gib = timed(name, folder, weights)
    mask = sitk.GetArrayFromImage(sitk.ReadImage(str(folder / name / "femur.nii.gz"))) > 0
    truth, scale = truth[kept], SHAPE[0] / (kept.stop - kept.start)
    result = {
        "seconds": seconds * scale,
        "cpu": cpu_seconds * scale,
        "peak_gib": peak_gib,
        "dice": dice(mask, truth > 0),
    }
    print(
        f"{name}: {result['seconds']:.1f} s, {result['cpu']:.1f} s of all cores together, peak "
        f"{peak_gib:.2f} GiB, Dice of both femora {result['dice']:.3f}, in the left one's half of "
        f"the image {dice(mask & _left(truth), truth == LEFT):.3f}",
        flush=True,
    )
    return result


def write_part(folder, truth, fraction):
    """Write part.nii.gz for the stock one: a fraction of the slices, the femora in their middle."""
    planes = np.flatnonzero((truth > 0).any(axis=(1, 2)))
    count = max(round(fraction * SHAPE[0]), int(np.ptp(planes)) + 1)
    start = int(np.clip((planes[0] + planes[-1] - count) // 2, 0, SHAPE[0] - count))
    ct = sitk.ReadImage(str(folder / "ct.nii.gz"))
    sitk.WriteImage(ct[:, :, start : start + count], str(folder / "part.nii.gz"))
    return slice(start, start + count)


def timed(name, folder, weights):
    """Seconds of a process by the clock, seconds of all cores together, and peak memory in GiB."""
    command = [sys.executable, __file__, "--run", name, "--folder", folder, "--weights", weights]
    started = monotonic()
    process = subprocess.Popen(list(map(str, command)))
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{name} stopped early.")
    cpu_seconds = usage.ru_utime + usage.ru_stime
    return monotonic() - started, cpu_seconds, usage.ru_maxrss / 2**20


def write_large_ct(folder):
    """Write ct.nii.gz; returns the truth (z, y, x): 1 right, 2 left."""
    from hipphantom import simulate
    from osteoct.screening.screen import read_settings

    phantoms = yaml.safe_load((ROOT / "config/phantom.yaml").read_text())["phantom"]
    phantoms["scan"]["field"] |= {"spacing_mm": list(SPACING_MM)} | BEYOND_MM
    phantom = simulate(PATIENT, seed=read_settings(ROOT)["seed"], **phantoms)
    ct, truth = (_fitted(part, fill) for part, fill in ((phantom.ct, -1000), (phantom.mask, 0)))
    image = sitk.GetImageFromArray(ct)
    image.SetSpacing(SPACING_MM)
    image.SetOrigin([-(n - 1) * s / 2 for n, s in zip(SHAPE[::-1], SPACING_MM, strict=True)])
    sitk.WriteImage(image, str(folder / "ct.nii.gz"), useCompression=True)
    return truth


def run_ours(folder, weights):
    """From file to mask as `make screen` does it."""
    from osteoct.screening.__main__ import prepare
    from osteoct.screening.screen import segment_ct

    settings, networks = prepare(weights)
    segment_ct(folder / "ct.nii.gz", networks, folder / "ours", settings=settings)


def run_stock(folder, weights):
    """From file to mask as nnU-Net does it."""
    import torch
    from nnunetv2.imageio.simpleitk_reader_writer import SimpleITKIO
    from nnunetv2.inference import predict_from_raw_data as stock

    from osteoct.segmentation.vbnet_trainer import VBNetTrainer

    # The search by name imports every trainer there is, some of packages that need not work.
    stock.recursive_find_trainer_class_by_name = lambda name: VBNetTrainer
    predictor = stock.nnUNetPredictor(use_mirroring=False, device=torch.device("cpu"))
    predictor.initialize_from_trained_model_folder(model_folder(folder / "model", weights), (0,))
    image, properties = SimpleITKIO().read_images([str(folder / "part.nii.gz")])
    mask = predictor.predict_single_npy_array(image, properties)
    (folder / "stock").mkdir()
    SimpleITKIO().write_seg(mask, str(folder / "stock/femur.nii.gz"), properties)


def model_folder(folder, weights):
    """The fine network as a folder that nnU-Net's predictor loads."""
    import torch
    from safetensors.torch import load_file

    from osteoct.segmentation.plans import dataset_description

    plans = json.loads((weights / "plans.json").read_text(encoding="utf-8"))
    plans["configurations"]["fine"] |= STANDARD
    (folder / "fold_0").mkdir(parents=True)
    (folder / "plans.json").write_text(json.dumps(plans), encoding="utf-8")
    (folder / "dataset.json").write_text(json.dumps(dataset_description(1)), encoding="utf-8")
    checkpoint = {
        "network_weights": load_file(weights / "fine.safetensors"),
        "trainer_name": "VBNetTrainer",
        "init_args": {"configuration": "fine"},
    }
    torch.save(checkpoint, folder / "fold_0/checkpoint_final.pth")
    return str(folder)


def dice(one, other):
    """Dice of two masks."""
    return 2 * np.count_nonzero(one & other) / (np.count_nonzero(one) + np.count_nonzero(other))


def _left(truth):
    """The half of the image to the patient's left."""
    return np.arange(truth.shape[2]) >= truth.shape[2] // 2


def _fitted(array, fill):
    """Array of SHAPE: cut above, or air added, and air beside."""
    array = array[: SHAPE[0]]
    pads = [(0, SHAPE[0] - len(array))]
    for size, n in zip(SHAPE[1:], array.shape[1:], strict=True):
        pads.append(((size - n) // 2, size - n - (size - n) // 2))
    return np.pad(array, pads, constant_values=fill)


if __name__ == "__main__":
    main()
