"""Pictures of a CT: where pixels lie, what colour they have, which bytes they become."""

import struct
import zlib

import numpy as np
import pytest
import SimpleITK as sitk

from osteoct.figures import slices
from osteoct.report.views import body_views, draw_view, femur_views

SPACING = (1.0, 1.0, 2.0)
VIEWS = {"axial_pixel_mm": 1, "coronal_pixel_mm": 1, "margin_mm": 5, "head_mm": 10, "neck_mm": 4}
WINDOW = {"window_centre_hu": 300, "window_width_hu": 1500, "scale_bar_mm": 10}


def image(array):
    made = sitk.GetImageFromArray(array)
    made.SetSpacing(SPACING)
    made.SetOrigin((-40.0, -30.0, -100.0))
    return made


@pytest.fixture
def femora():
    """A box on each side: the right one small, the left one 20 x 16 x 40 mm, higher at its end."""
    labels = np.zeros((40, 60, 80), np.uint8)
    labels[10:25, 20:30, 10:18] = 1
    labels[10:30, 22:38, 50:70] = 2
    return image(labels)


@pytest.fixture
def ct(femora):
    return image(np.where(sitk.GetArrayFromImage(femora) > 0, 1000, 0).astype(np.int16))


def test_the_patients_left_is_on_the_right_of_an_axial_picture(femora):
    plane = slices.plane_between("axial", (-40, -30, 0), (40, 30, 0), at_mm=-70, pixel_mm=1)
    inside = slices.sample_mask(femora == 2, plane)
    rows, columns = np.nonzero(inside)
    assert plane.size == (80, 60)
    assert (columns.min(), columns.max()) == (50, 69)
    assert (rows.min(), rows.max()) == (22, 37)


def test_the_head_is_at_the_top_of_a_coronal_picture(femora):
    plane = slices.plane_between("coronal", (-40, 0, -100), (40, 0, -20), at_mm=0, pixel_mm=2)
    rows, _ = np.nonzero(slices.sample_mask(femora == 2, plane))
    # The left box reaches from 20 to 60 mm above the lowest slice; the picture's top is at 80 mm.
    assert (rows.min() * 2, rows.max() * 2) == pytest.approx((22, 60), abs=2)


def test_the_contour_of_a_square_is_its_outermost_ring():
    square = np.zeros((9, 9), bool)
    square[2:7, 3:8] = True
    ring = slices.contour(square)
    assert ring.sum() == 16
    assert not ring[3:6, 4:7].any()
    assert (ring & ~square).sum() == 0


def test_the_contour_is_drawn_where_the_mask_is(ct, femora):
    title, note, plane = femur_views(femora, side="left", **VIEWS)[0]
    inside = slices.sample_mask(femora != 0, plane)
    picture = slices.as_rgb(draw_view(ct, plane, [("automatic", femora != 0)], **WINDOW))
    green = (picture == slices.COLOURS["automatic"]).all(axis=-1)
    assert title == "Axial, femoral head" and "left" in note
    assert green.sum() > 30
    assert np.array_equal(green, slices.contour(inside))


def test_the_window_maps_its_edges_to_black_and_white_and_its_centre_to_grey():
    hu = np.array([[-2000.0, -450.0, 300.0, 1050.0, 3000.0]])
    grey = slices.paint(hu, window_centre_hu=300, window_width_hu=1500)
    assert grey.tolist() == [[0, 0, 120, 239, 239]]


def test_the_scale_bar_has_its_length():
    picture = np.zeros((100, 200), np.uint8)
    slices.draw_scale_bar(picture, pixel_mm=0.5, length_mm=50)
    assert (picture == slices.INK["scale"]).any(axis=0).sum() == 100


def test_a_picture_too_small_for_the_scale_bar_has_none():
    picture = np.zeros((100, 60), np.uint8)
    slices.draw_scale_bar(picture, pixel_mm=0.5, length_mm=50)
    assert not picture.any()


def test_a_png_holds_the_picture_and_nothing_else():
    picture = np.arange(12, dtype=np.uint8).reshape(3, 4)
    png = slices.as_png(picture)
    names = [png[at + 4 : at + 8] for at in _chunks(png)]
    packed = png[_chunks(png)[2] + 8 :][: struct.unpack(">I", png[_chunks(png)[2] :][:4])[0]]
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(3, 5)
    assert names == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    assert np.array_equal(rows[:, 1:], picture)
    assert slices.as_png(picture) == png


def _chunks(png):
    places, at = [], 8
    while at < len(png):
        places.append(at)
        at += 12 + struct.unpack(">I", png[at : at + 4])[0]
    return places


def test_the_coronal_plane_lies_where_the_femur_is_largest(femora):
    _, _, plane = femur_views(femora, side="left", **VIEWS)[2]
    assert -30 + 22 <= plane.corner_mm[1] <= -30 + 37
    assert slices.sample_mask(femora == 2, plane).any()
    assert not slices.sample_mask(femora == 1, plane).any()


def test_the_other_femur_is_shown_if_the_studied_one_has_no_mask(femora):
    titles = [title for title, _, _ in femur_views(femora == 1, side="left", **VIEWS)]
    assert titles[2] == "Coronal, right femur"


def test_views_stay_inside_the_image(femora):
    wide = {**VIEWS, "margin_mm": 500}
    for _, _, plane in femur_views(femora, side="left", **wide) + body_views(femora):
        assert plane.corner_mm[0] >= -40
        assert plane.size[0] * plane.pixel_mm <= 80
