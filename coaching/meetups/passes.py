"""The picture on a guest's pass: a QR code that any phone's camera opens, without an app."""

from io import BytesIO

import segno


def png(address: str) -> bytes:
    """The picture for a mail."""
    made = BytesIO()
    segno.make_qr(address, error="m").save(made, kind="png", scale=6, border=4)
    return made.getvalue()


def data_uri(address: str) -> str:
    """The picture for a page."""
    return segno.make_qr(address, error="m").svg_data_uri(scale=4, border=4, light="#ffffff")
