"""Faults of scans: series, geometry, content and protocol."""

import numpy as np
import SimpleITK as sitk
from faults import (
    CT,
    each,
    edited,
    fault,
    having,
    header_edited,
    moved,
    one,
    series,
    spaced,
    volume,
)
from hospital import slices_of, write

fault("constant image")(edited(lambda v: v * 0))
fault("no axial series")(each(ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"]))
fault("no axial series")(each(ImageOrientationPatient=[1, 0, 0, 0, 0, -1]))
fault("no axial series")(each(Modality="MR"))
fault("several patients")(one(3, PatientID="P2"))
fault("missing slices")(series(lambda s: s[:10] + s[11:]))
fault("missing slices")(series(lambda s: s[:10] + s[13:]))
fault("duplicate slices")(one(5, ImagePositionPatient=[-150.0, -60.0, 12.5 + 6 * 5]))
fault("uneven slices")(series(lambda s: moved(s, 2, lambda n, z: z + 2 * (n == 7))))
fault("gantry tilt")(series(lambda s: moved(s, 1, lambda n, y: y + 1.3 * n)))
fault("gantry tilt")(series(lambda s: moved(s, 1, lambda n, y: y + 0.09 * n)))
fault("uneven slices")(series(lambda s: moved(s, 2, lambda n, z: z + 0.01 * n * n)))
fault("mixed orientation")(one(5, ImageOrientationPatient=[1, 0, 0, 0, 0.96, 0.28]))
fault("mixed frames of reference")(one(5, FrameOfReferenceUID="1.2.3"))
fault("mixed sizes")(one(5, PixelSpacing=[1.2, 1.2]))
fault("mixed rescaling")(one(5, RescaleIntercept=-1000))
fault("mixed rescaling")(one(5, RescaleSlope=2))


def _stored_as_hu(slices):
    for slice_ in slices:
        hu = np.frombuffer(slice_.PixelData, np.uint16).astype(np.int16) - 1024
        having(slice_, {"RescaleSlope": None, "RescaleIntercept": None, "PixelRepresentation": 1})
        slice_.PixelData = hu.astype(np.int16).tobytes()


fault("no rescaling")(series(_stored_as_hu))
fault("slice without position")(one(5, ImagePositionPatient=None))
fault("slice without position")(one(5, PixelSpacing=None))
fault("order of files")(
    series(lambda s: [having(x, {"InstanceNumber": 7 * n % 26}) for n, x in enumerate(s)])
)


@fault("several series")
def _(folder):
    write(slices_of(CT), folder / "scan" / "a")
    write(slices_of(CT, SeriesInstanceUID="1.2.9", SeriesNumber=9), folder / "scan" / "b")
    return {"ct": folder / "scan"}


fault("derived images")(each(ImageType=["DERIVED", "SECONDARY", "AXIAL"]))
fault("lossy compression")(each(LossyImageCompression="01"))
fault("gaps between slices")(each(SliceThickness=2.5))
fault("mixed protocol")(one(5, KVP=80))
fault("another unit")(each(RescaleType="Z_EFF"))
fault("unknown unit")(each(RescaleType="US"))
fault("inverted grey scale")(each(PhotometricInterpretation="MONOCHROME1"))
fault("frame of reference each")(
    series(lambda s: [having(x, {"FrameOfReferenceUID": f"1.2.{n}"}) for n, x in enumerate(s)])
)
fault("patient position")(each(PatientPosition="FFP"))


def _disagreeing(**row):
    return lambda folder: each()(folder) | row


fault("header contradicts table")(_disagreeing(sex="M"))
fault("header contradicts table")(_disagreeing(age=40.0))
fault("header contradicts table")(_disagreeing(exam_date="2023-01-31"))

fault("pixel spacing")(lambda folder: volume(spaced(1.8, 1.8, 5.0), folder))
fault("slice spacing")(lambda folder: volume(spaced(1.45, 1.45, 6.0), folder))
fault("length")(lambda folder: volume(CT[:, :, :10], folder))
fault("pixels not square")(lambda folder: volume(spaced(1.45, 1.3, 5.0), folder))


def _leaning(name):
    """A CT file whose slices lean back by 8 degrees."""
    leaning = sitk.Image(CT)
    leaning.SetDirection([1, 0, 0, 0, 1, np.sin(0.14), 0, 0, np.cos(0.14)])
    return lambda folder: volume(leaning, folder, name)


fault("sheared image")(_leaning("ct.mha"))
fault("sheared image")(_leaning("ct.nrrd"))
fault("sheared image")(lambda f: header_edited(f, 304, np.array([-0.7], "<f4").tobytes()))
fault("contradictory geometry")(lambda f: header_edited(f, 280, np.array([1.45], "<f4").tobytes()))
fault("contradictory geometry")(lambda f: header_edited(f, 88, np.array([2.5], "<f4").tobytes()))
fault("contradictory geometry")(lambda f: header_edited(f, 80, np.array([-1.45], "<f4").tobytes()))
fault("contradictory scale")(lambda f: header_edited(f, 112, np.array([np.nan], "<f4").tobytes()))
fault("contradictory scale")(lambda f: header_edited(f, 112, np.array([0, -9], "<f4").tobytes()))


@fault("oblique")
def _(folder):
    turned = sitk.Image(CT)
    c, s = np.cos(0.35), np.sin(0.35)
    turned.SetDirection([c, -s, 0, s, c, 0, 0, 0, 1])
    return volume(turned, folder)


fault("step between slices")(edited(lambda v: np.concatenate([np.roll(v[:9], 6, 2), v[9:]])))
fault("jump between slices")(
    edited(lambda v: np.where((np.arange(26) > 12)[:, None, None] & (v > 0), v + 60, v))
)
fault("one hip")(lambda folder: volume(CT[110:], folder))
fault("body cut off")(lambda folder: volume(CT[:, 15:75], folder))
fault("no air")(edited(lambda v: v + 1024))
fault("no air")(edited(lambda v: np.where(np.arange(210) < 3, -2000, v + 1024).astype(np.int16)))
fault("intercept twice")(edited(lambda v: v - 1024))
fault("no soft tissue")(edited(lambda v: np.maximum(v - 1024, -1024)))
fault("no soft tissue")(edited(lambda v: np.where((v > -400) & (v < 200), 200, v)))
fault("no bone")(edited(lambda v: np.minimum(v, 200)))
fault("few grey levels")(edited(lambda v: (v // 10 * 10).astype(np.int16)))
fault("HU clipped")(edited(lambda v: np.minimum(v, 680)))
fault("padding")(edited(lambda v: np.where(np.arange(210) < 3, -3024, v).astype(np.int16)))
fault("air peak shifted")(edited(lambda v: np.where(v < -700, v + 150, v).astype(np.int16)))
fault("air peak shifted")(edited(lambda v: np.rint(v * 1.1).astype(np.int16)))
fault("HU offset")(edited(lambda v: v + 25))
fault("HU offset")(edited(lambda v: v - 25))
fault("HU slope")(edited(lambda v: np.maximum(np.rint(v * 1.3), -1024).astype(np.int16)))
fault("HU slope")(edited(lambda v: np.rint(v * 0.8).astype(np.int16)))
fault("fat peak shifted")(
    edited(lambda v: np.where((v < -40) & (v > -300), 50, v).astype(np.int16))
)
fault("muscle peak shifted")(
    edited(lambda v: np.where((v > -20) & (v < 250), v + 27, v).astype(np.int16))
)


def _metal(v):
    v[10:14, 40:50, 150:160] = 3000
    return v


fault("metal")(edited(_metal))
fault("unequal sides")(edited(lambda v: np.where((np.arange(210) < 90) & (v > 300), 50, v)))
fault("no femoral shaft")(
    edited(lambda v: np.where((np.arange(26) < 5)[:, None, None] & (v > 300), 50, v))
)

fault("thick slices")(lambda folder: volume(CT, folder))
fault("tube voltage")(each(KVP=140))
fault("sharp kernel")(each(ConvolutionKernel="BONE"))
fault("contrast agent")(each(ContrastBolusAgent="Iodine"))
fault("protocol unknown")(lambda folder: volume(CT, folder))
