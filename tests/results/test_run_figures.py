"""Figures as a printer wants them: fonts that stay text, widths of a column or page, 300 dpi."""

import struct

DPI = 300
WIDTHS_INCHES = (3.5, 7.2)


def test_figures_embed_their_fonts_as_truetype(results):
    for path in results.glob("figures/*.pdf"):
        content = path.read_bytes()
        assert b"/FontFile2" in content and b"/Type3" not in content, path.name


def test_pictures_have_print_resolution_and_the_width_of_a_column_or_a_page(results):
    for path in results.glob("figures/*.png"):
        content = path.read_bytes()
        place = content.index(b"pHYs") + 4
        per_metre, _, unit = struct.unpack(">IIB", content[place : place + 9])
        assert (round(per_metre * 0.0254), unit) == (DPI, 1), path.name
        width = struct.unpack(">I", content[16:20])[0] / DPI
        assert any(abs(width - wanted) < 0.01 for wanted in WIDTHS_INCHES), path.name


def test_every_picture_is_there_in_print_quality_too(results):
    names = {path.stem for path in results.glob("figures/*.png")}
    assert names and names == {path.stem for path in results.glob("figures/*.pdf")}
