"""Colours that can be read: contrast as WCAG 2.2 counts it."""

WHITE, BLACK = "#ffffff", "#000000"
READABLE, VISIBLE = 4.5, 3.0
"""Contrast that text needs, and that a mark or a button needs against the page."""
LIGHT_PAGE, DARK_PAGE = "#fcfbfd", "#17131b"


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white), for colours such as #1d6f5c."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def text_on(colour: str) -> str:
    """White where it can be read on this colour, else black; one of the two always can."""
    return WHITE if contrast(WHITE, colour) >= READABLE else BLACK


def visible_on(colour: str, page: str) -> str:
    """The colour itself, or the nearest one of its hue that stands out from this page."""
    towards = WHITE if _luminance(page) < 0.18 else BLACK
    steps = (_mixed(colour, towards, part / 20) for part in range(21))
    return next(step for step in steps if contrast(step, page) >= VISIBLE)


def _mixed(one: str, other: str, part: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)
