"""What is fuzzed: each target damages an intact input and reads it; returns what came of it."""

import gzip
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pydicom
import SimpleITK as sitk
from damage import damage_bytes, damage_elements, damage_one, pick
from damage_headers import damage_nifti, damage_table, damage_text_header
from originals import NAMES, SERIES, make_originals
from second import UNCONFIRMED, differs_from_dicom, differs_from_nifti, differs_from_text_header

from ctio import (
    check_mask,
    examine_scan,
    read_segmentation,
    write_document,
    write_segmentation,
)
from osteoct.cohort.qct_import import import_qct
from osteoct.cohort.tables import read_cohort
from osteoct.feature_table.load import load_feature_table

pydicom.config.settings.writing_validation_mode = pydicom.config.IGNORE
SIZES = {"max_voxels": 10**6, "max_files": 50, "max_bytes": 10**7}
LIMITS = {
    "limits": {
        "pixel_spacing_mm": (0.3, 9),
        "slice_spacing_mm": SERIES["slice_spacing_mm"],
        "min_length_mm": SERIES["min_length_mm"],
    },
    "protocol": {"slice_spacing_mm": 5, "tube_voltage_kvp": 120},
    "kernels": SERIES["kernels"],
}
WHO = {"sex": "F", "age": 71, "exam_date": "2024-03-04"}
MODEL = {
    **{"label": "y", "id": "id", "cohort": "", "age": "age", "sex": "sex"},
    **{"ignore": [], "classes": [], "max_missing_fraction": 0.2},
}
SPLITTING = {"seed": 1, "test_fraction": 0.3, "training_fraction": 0.7}


class Fault(Exception):
    """What must not be; the message says it in words that are the same for the same kind."""


class Bench:
    """The intact inputs, and a folder in which one case after the other is damaged."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.ct, self.labels, self.kinds = make_originals(self.folder / "originals")
        self.place = self.folder / "LEAKplace"
        self.usual = set()
        intact = examine_scan({"ct": str(self.kinds["explicit"]), **WHO}, **LIMITS, **SIZES)
        self.usual = {issue.name for issue in intact.issues}
        self.targets = {
            **{kind: self._slices(kind) for kind in ("explicit", "implicit", "rle", "jpegls")},
            **{"enhanced": self.enhanced, "zip": self.archive, "gzipped": self.gzipped},
            **{end: self._volume(end) for end in (".nii", ".nii.gz", ".nrrd", ".mha")},
            **{kind: self._mask(kind) for kind in ("rtstruct", "seg", "labels")},
            **{"qct": self.qct, "cohort": self.cohort, "features": self.features},
            "export": self.export,
        }
        self.weights = np.array([{"export": 0.3, "seg": 0.6}.get(one, 1) for one in self.targets])

    def run(self, rng):
        """One case; returns the target's name and the outcome."""
        name = pick_weighted(rng, list(self.targets), self.weights)
        shutil.rmtree(self.place, ignore_errors=True)
        return name, lambda: self.targets[name](rng)

    def _copy(self, kind):
        return Path(shutil.copytree(self.kinds[kind], self.place))

    def _copy_tables(self):
        """The tables in a place of another name: their own path may be named."""
        return Path(
            shutil.copytree(self.kinds["tables"], self.folder / "tables", dirs_exist_ok=True)
        )

    def _damaged_slices(self, rng, kind):
        scan = self._copy(kind) / "scan"
        files = sorted(scan.iterdir())
        chosen = files if rng.random() < 0.3 else [pick(rng, files)]
        damage = pick(rng, [damage_elements, damage_elements, damage_bytes])
        seed = int(rng.integers(2**32))
        for path in chosen:  # the same damage in each
            path.write_bytes(damage(np.random.default_rng(seed), path.read_bytes()))
        if rng.random() < 0.2:
            pick(rng, files).unlink()
        return scan

    def _accept(self, path, differs):
        scan = examine_scan({"ct": str(path), **WHO}, **LIMITS, **SIZES)
        texts = [str(issue) for issue in scan.issues] + [repr(scan.series), repr(scan.protocol)]
        if scan.rejections:
            return "rejected by its checks", texts
        flags = {issue.name for issue in scan.issues if issue.level == "warning"} - self.usual
        difference = differs(scan.image)
        if difference == UNCONFIRMED:
            return f"accepted, {UNCONFIRMED}", texts
        if difference and not flags:
            raise Fault(f"accepted, but {difference}")
        return ("accepted with a warning" if flags else "accepted"), texts

    def _slices(self, kind):
        def read(rng):
            scan = self._damaged_slices(rng, kind)
            return self._accept(scan, lambda image: differs_from_dicom(image, files_of(scan)))

        return read

    def enhanced(self, rng):
        path = self._copy("enhanced") / "one.dcm"
        damage_one(rng, path)
        return self._accept(path, lambda image: differs_from_dicom(image, [path]))

    def archive(self, rng):
        scan = self._damaged_slices(rng, "explicit") if rng.random() < 0.3 else None
        scan = scan or self._copy("explicit") / "scan"
        path = self.place / "scan.zip"
        with zipfile.ZipFile(path, "w", pick(rng, [0, 8])) as packed:
            for file in files_of(scan):
                packed.write(file, pick(rng, ["LEAK", "../", "/", "a/b/"]) + file.name)
        if rng.random() < 0.8:
            path.write_bytes(damage_bytes(rng, path.read_bytes()))
        return self._accept(path, lambda image: differs_from_dicom(image, files_of(scan)))

    def gzipped(self, rng):
        scan = self._copy("explicit") / "scan"
        kept = self.place / "kept"
        kept.mkdir()
        for path in files_of(scan):
            shutil.copy(path, kept)
            path.write_bytes(gzip.compress(path.read_bytes(), 1))
        chosen = pick(rng, files_of(scan))
        chosen.write_bytes(damage_bytes(rng, chosen.read_bytes()))
        return self._accept(scan, lambda image: differs_from_dicom(image, files_of(kept)))

    def _volume(self, ending):
        def read(rng):
            path = self._copy(ending) / f"ct{ending}"
            content = path.read_bytes()
            if rng.random() < 0.3:
                content = damage_bytes(rng, content)
            elif ending.startswith(".nii"):
                inner = gzip.decompress(content) if ending == ".nii.gz" else content
                for _ in range(int(rng.integers(1, 3))):
                    inner = damage_nifti(rng, inner)
                content = gzip.compress(inner, 1) if ending == ".nii.gz" else inner
            else:
                content = damage_text_header(rng, content)
            path.write_bytes(content)
            other = differs_from_nifti if ending.startswith(".nii") else differs_from_text_header
            return self._accept(path, lambda image: other(image, path))

        return read

    def _mask(self, kind):
        def read(rng):
            if kind == "labels":
                self.place.mkdir()
                path = self.place / "mask.nii"
                sitk.WriteImage(self.labels, path)
                damage = pick(rng, [damage_nifti, damage_bytes])
                path.write_bytes(damage(rng, path.read_bytes()))
            else:
                path = self._copy(kind) / "one.dcm"
                damage_one(rng, path)
            frame = "1.2.826.0.1.3680043.8.498.4"
            mask, issues = read_segmentation(
                path, ct=self.ct, names=NAMES, frame_of_reference=frame, max_voxels=10**6
            )
            issues += check_mask(mask, self.ct)
            return "accepted", [str(issue) for issue in issues]

        return read

    def qct(self, rng):
        study = self._copy_tables() / "study"
        names = [
            "export.csv",
            "export.csv",
            "study/participants.tsv",
            "study/private/identities.tsv",
        ]
        path = study.parent / pick(rng, [*names, "study/qct.tsv"])
        path.write_bytes(damage_table(rng, path.read_text(encoding="utf-8")))
        before = {file: file.read_bytes() for file in files_of(study)}
        try:
            report = import_qct(study.parent / "export.csv", study)
        except ValueError:
            if {file: file.read_bytes() for file in files_of(study)} != before:
                raise Fault("a refused export changed the study's tables") from None
            raise
        again = import_qct(study.parent / "export.csv", study)
        first, second = (text.split("\n")[0] for text in (report, again))
        if first != second:
            raise Fault("a second make qct does something else")
        return "accepted", [report]

    def cohort(self, rng):
        study = self._copy_tables() / "study"
        path = study / pick(rng, ["participants.tsv", "participants.tsv", "qct.tsv"])
        path.write_bytes(damage_table(rng, path.read_text(encoding="utf-8")))
        read_cohort(study / "participants.tsv", study / "qct.tsv")
        return "accepted", []

    def features(self, rng):
        path = self._copy_tables() / "features.csv"
        content = damage_table(rng, path.read_text(encoding="utf-8"))
        path.write_bytes(content.replace(b"LEAK7X", b"X7X"))  # a class by that name may be printed
        found = load_feature_table({"file": str(path), **MODEL}, SPLITTING)
        return "accepted", found.remarks

    def export(self, rng):
        scan = self._damaged_slices(rng, pick(rng, ["explicit", "implicit"]))
        maker = {"series": SERIES, "software": "f", "version": "1"}
        write_document(b"%PDF-1.4 ", scan, self.place / "pdf.dcm", title="T", **maker)
        write_segmentation(self.labels, scan, self.place / "seg.dcm", **maker)
        ct = examine_scan({"ct": str(scan)}, **LIMITS, **SIZES).image
        mask, issues = read_segmentation(self.place / "seg.dcm", ct=ct, names=NAMES)
        return "accepted", [str(issue) for issue in issues]


def pick_weighted(rng, choices, weights):
    return choices[int(rng.choice(len(choices), p=weights / weights.sum()))]


def files_of(folder):
    return sorted(path for path in Path(folder).rglob("*") if path.is_file())
