"""How much do the phantoms resemble real hips? A table, the hips side by side, and their noise.

    make benchmark-realism
    make benchmark-realism ARGS="--real CT.nii.gz FEMUR.nii.gz --real CT.nii.gz FEMUR.nii.gz"

Phantoms of a seed that no study uses are made once, about 4 s of one core each, and kept. They and
the real hips are brought to one grid of 0.98 × 0.98 × 3.27 mm and measured in the same windows.
What each measure is, is said where it is taken, in benchmarks/realism_measures; docs/realism.md has
the table as it was last measured.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from realism_measures.bone import measure_bone
from realism_measures.density import truth_of
from realism_measures.fat import fat_peak_hu
from realism_measures.features import expected_outside, features_of, outside, tabulate_outside
from realism_measures.noise import measure_noise
from realism_measures.pictures import draw_sheet, draw_spectra
from realism_measures.scans import SPACING_MM, kept, phantoms, read_scan_files
from realism_measures.table import as_frame, as_markdown, make_table

from osteoct.results import fingerprint, sha256

MEASURES = Path(__file__).parent / "realism_measures"
KEPT = Path(__file__).parents[1] / "results/benchmarks/realism"
SEED = 77
DOTS_PER_INCH = {"sheet": 200, "sheet_phantoms": 110, "spectra": 150}
SHOWN = 6  # phantoms of the sheet


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--phantoms", type=int, default=30, help="how many")
    parser.add_argument("--seed", type=int, default=SEED, help="of the phantoms")
    parser.add_argument(
        "--real",
        nargs=2,
        action="append",
        default=[],
        metavar=("CT", "FEMUR"),
        help="image file and label map; the CT's folder gives the name",
    )
    parser.add_argument("--out", type=Path, default=KEPT / "report", help="folder of the report")
    given = parser.parse_args()
    real = [read_scan_files(*files) for files in given.real]
    made = phantoms(given.phantoms, seed=given.seed, folder=KEPT)
    given.out.mkdir(parents=True, exist_ok=True)
    print(report(real, made, given.out))


def report(real, made, folder):
    """Write tables and pictures to a folder; the tables as text."""
    measured, spectra = measure_all([*real, *made])
    features = pd.DataFrame({scan.name: features_of(scan) for scan in [*real, *made]})
    names, others = ([scan.name for scan in scans] for scans in (real, made))
    flags = pd.DataFrame({name: outside(features[name], features[others].T) for name in names})
    families = tabulate_outside(flags) if names else pd.DataFrame()
    fractions = families.loc["all"] if names else pd.Series(dtype=float)
    rows = make_table(measured.loc[names], measured.loc[others], fractions)
    table = as_frame(rows, names)
    measured.to_csv(folder / "hips.csv", index_label="hip")
    features.to_csv(folder / "features.csv", index_label="feature")
    families.to_csv(folder / "families.csv", index_label="features of")
    (folder / "table.md").write_text(as_markdown(table), encoding="utf-8")
    draw(real, made, spectra, folder)
    return "\n\n".join(paragraphs(table, families, measured.loc[others]))


def measure_all(scans):
    """Every measure but the features: a row for each hip; and the noise power spectra."""
    code = fingerprint(*[sha256(path) for path in sorted(MEASURES.glob("*.py"))])
    measured = {scan.name: kept(scan, f"measures_{code[:12]}", measure) for scan in scans}
    spectra = {name: np.array(values.pop("spectrum"), float) for name, values in measured.items()}
    return pd.DataFrame(measured).T.astype(float), spectra


def measure(scan):
    """Every measure but the features of one hip."""
    noise, spectrum = measure_noise(scan)
    fat = {"fat_peak_hu": fat_peak_hu(scan.hu)}
    return {**noise, **measure_bone(scan), **fat, **truth_of(scan), "spectrum": spectrum}


def draw(real, made, spectra, folder):
    """Sheets of all hips and of phantoms alone, which may be published, and the spectra."""
    shown = made[:: max(1, len(made) // SHOWN)][:SHOWN]
    for name, scans in (("sheet", [*real, *shown]), ("sheet_phantoms", shown)):
        draw_sheet(scans).savefig(folder / f"{name}.png", dpi=DOTS_PER_INCH[name])
    figure = draw_spectra(spectra, real=[scan.name for scan in real], pixel_mm=SPACING_MM[0])
    figure.savefig(folder / "spectra.png", dpi=DOTS_PER_INCH["spectra"])


def paragraphs(table, families, measured):
    """What is printed."""
    yield f"{len(measured)} phantoms on a grid of {np.round(SPACING_MM, 2).tolist()} mm"
    yield table.to_string(index=False)
    if len(families):
        number = {name: "{:.0%}".format for name in families.columns[1:]}
        yield f"Features outside the phantoms' range:\n{families.to_string(formatters=number)}"
        yield (
            f"One more phantom would have {expected_outside(len(measured)):.1%} of its features "
            "outside."
        )
    if missing := int(measured["neck_core_hu"].isna().sum()):
        yield f"No neck was found in {missing} of {len(measured)} phantoms."


if __name__ == "__main__":
    main()
