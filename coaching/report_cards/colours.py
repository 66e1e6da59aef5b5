"""The colours of pictures, badges and papers, as in static/css/tokens.css."""

from accounts.branding import Brand

PAPER = "#fcfbfd"
INK = "#1d1822"
INK_SOFT = "#5a5262"
RULE = "#dcd6e1"
ACCENT = "#86195f"
KINDS = {"converse": "#009e73", "share": "#56b4e9", "announce": "#e69f00", "pitch": "#d55e00"}
_DARK_ENOUGH = 0.18


def accent(brand: Brand | None) -> str:
    """The practice's colour where it can be read on white, else our own."""
    colour = brand.colour if brand else ""
    return colour if colour and _luminance(colour) <= _DARK_ENOUGH else ACCENT


def rgb(colour: str) -> tuple[int, int, int]:
    """#86195f as three numbers."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    """Relative luminance, 0 black to 1 white (WCAG 2.2); at 0.18 white has a contrast of 4.5 to it."""
    parts = (value / 255 for value in rgb(colour))
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
