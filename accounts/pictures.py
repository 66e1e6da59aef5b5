"""Uploaded pictures: checked, made small and drawn anew, so that only pixels are kept."""

import struct
from io import BytesIO
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

SIDE = 256
"""Pixels of the longer side that are kept."""
MOST_BYTES = 1024 * 1024
MOST_PIXELS = 16_000_000
FORMATS = ("PNG", "JPEG", "WEBP")
ACCEPT = "image/png,image/jpeg,image/webp"
MAIL_SIZE = (160, 56)
"""Pixels that a logo has in a mail at most, width and height."""
_MARGIN = 8
# What Pillow raises for files that are broken or made to do harm.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


def logo(upload: IO[bytes]) -> bytes:
    """A PNG of at most SIDE × SIDE pixels made from an upload; raises ValidationError with what to do.

    Nothing but pixels survives: no place, no comments, no other frames, no second file hidden in the first.
    """
    given = upload.read(MOST_BYTES + 1)
    if len(given) > MOST_BYTES:
        raise ValidationError(_("Choose a picture of at most one megabyte."))
    try:
        with Image.open(BytesIO(given), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValidationError(_("Choose a smaller picture: 4000 by 4000 pixels at most."))
            small = _small(picture)
    except _BROKEN as wrong:
        raise ValidationError(_("Choose a picture in PNG, JPEG or WebP.")) from wrong
    made = BytesIO()
    small.save(made, "PNG", optimize=True)
    return made.getvalue()


def on_white(png: bytes) -> tuple[bytes, int]:
    """A kept logo for mails, and how many pixels wide it is shown, about a line or two high.

    Mail programs turn pages dark as they like, so it brings its white paper along.
    """
    with Image.open(BytesIO(png), formats=("PNG",)) as kept:
        clear = kept.convert("RGBA")
    paper = Image.new("RGB", (clear.width + 2 * _MARGIN, clear.height + 2 * _MARGIN), "white")
    paper.paste(clear, (_MARGIN, _MARGIN), clear)
    made = BytesIO()
    paper.save(made, "PNG", optimize=True)
    width, height = MAIL_SIZE
    return made.getvalue(), max(1, round(paper.width * min(1, width / paper.width, height / paper.height)))


def _small(picture: Image.Image) -> Image.Image:
    picture.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG need not be unpacked whole
    turned = ImageOps.exif_transpose(picture)
    clear = turned.has_transparency_data
    drawn = turned.convert("RGBA" if clear else "RGB")
    drawn.thumbnail((SIDE, SIDE))
    fresh = Image.new(drawn.mode, drawn.size)
    fresh.paste(drawn)
    return fresh
