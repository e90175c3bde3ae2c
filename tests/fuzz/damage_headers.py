"""Ways to damage what a header says: fields of NIfTI, lines of NRRD and MHA, cells of tables."""

import struct

import numpy as np
from damage import damage_bytes, odd_text, pick
from originals import MARK

NIFTI = {  # of nifti1.h: byte, struct format, values
    **{40 + 2 * n: ("h", [0, 1, 2, 3, 4, 7, -1, 10, 32767]) for n in range(8)},
    **{76 + 4 * n: ("f", [0, 1, -1, 2, 1e-9, 1e9, -5, np.nan, np.inf]) for n in range(8)},
    **{place: ("h", [0, 1, 2, 4, 8, 16, 64, 128, 256, 512, 768, 1024, -1]) for place in (70, 72)},
    **{place: ("h", [0, 1, 2, 3, 4, 5, 99, -1]) for place in (252, 254)},
    **{108: ("f", [0, 352, 353, 400, -352, 1e9, np.nan]), 123: ("B", [0, 1, 2, 3, 10, 255])},
    **{place: ("f", [0, 1, -1, 0.5, 2, 1e30, np.nan, np.inf, 1024]) for place in (112, 116)},
    **{256 + 4 * n: ("f", [0, 1, -1, 0.5, 0.7071068, 100, np.nan]) for n in range(6)},
    **{280 + 4 * n: ("f", [0, 1, -1, 2, -2, 3, 5, 0.1, 100, np.inf, np.nan]) for n in range(12)},
    **{0: ("i", [348, 540, 0]), 344: ("4s", [b"n+1\0", b"ni1\0", b"n+2\0", b"\0\0\0\0"])},
}


def damage_nifti(rng, content):
    """A field of a NIfTI-1 header changed."""
    content = bytearray(content)
    place = pick(rng, list(NIFTI))
    form, values = NIFTI[place]
    struct.pack_into(f"<{form}", content, place, pick(rng, values))
    return bytes(content)


def damage_text_header(rng, content):
    """A line of an NRRD or MHA header changed, doubled, left out or with another number."""
    end = content.find(b"\n\n") if content.startswith(b"NRRD") else content.find(b"LOCAL") + 5
    lines = content[:end].split(b"\n")
    number, kind = int(rng.integers(len(lines))), rng.integers(4)
    if kind == 0:
        del lines[number]
    elif kind == 1:
        lines.insert(number, pick(rng, lines))
    else:
        separator = b":" if content.startswith(b"NRRD") else b"="
        name, _, value = lines[number].partition(separator)
        words = value.replace(b",", b" , ").split(b" ")
        words[int(rng.integers(len(words)))] = odd_text(rng)[:100].encode()
        lines[number] = name + separator + b" ".join(words)
    return b"\n".join(lines) + content[end:]


def damage_table(rng, text):
    """Cells, rows, columns, separators or the encoding of a table changed; returns bytes."""
    separator = max("\t;,", key=text.split("\n")[0].count)
    rows = [line.split(separator) for line in text.split("\n") if line]
    for _ in range(int(rng.integers(1, 4))):
        number = int(rng.integers(len(rows))) if rng.random() < 0.7 else 0
        column, kind = int(rng.integers(len(rows[number]))), rng.integers(8)
        if kind < 3:
            rows[number][column] = odd_text(rng).replace(MARK, "" if number == 0 else MARK)
        elif kind == 3:
            rows.insert(max(number, 1), list(pick(rng, rows)))
        elif kind == 4 and len(rows) > 1 and number:
            del rows[number]
        elif kind == 5:
            rows[number] = rows[number][:column] + rows[number][column + 1 :] or [""]
        elif kind == 6:
            odd = [odd_text(rng) for _ in range(3)]
            for row in rows[1:]:
                if column < len(row):
                    row[column] = pick(rng, odd)
        else:
            rows[number][column] = rows[number][column] * 2 + " "
    separator = separator if rng.random() < 0.8 else pick(rng, list("\t;,|"))
    end = pick(rng, ["\n", "\n", "\r\n", "\r"])
    text = end.join(separator.join(row) for row in rows) + end
    encoding = pick(rng, ["utf-8"] * 5 + ["utf-8-sig", "utf-16", "latin-1", "utf-16-le"])
    content = text.encode(encoding, errors="replace")
    return damage_bytes(rng, content) if rng.random() < 0.15 else content
