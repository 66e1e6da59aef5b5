"""Name tags to print and cut: ten on a sheet of A4, the name large and the handle below.

The fonts hold Latin, Greek, Cyrillic, Hebrew, Arabic, Armenian and Georgian letters; an operator can add
others. What no font holds is left out, and a tag without any letter stays empty, to be written by hand.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTFont
from fpdf import FPDF

from accounts import audit
from accounts.models import User
from coaching.meetups import replies
from coaching.models import Connection, Meetup, MeetupGuest

OWN = settings.BASE_DIR / "static" / "vendor" / "dejavu-2.37" / "DejaVuSans-Bold.ttf"
WIDTH, HEIGHT, COLUMNS, ROWS = 85.0, 54.0, 2, 5
LEFT, TOP = (210 - COLUMNS * WIDTH) / 2, (297 - ROWS * HEIGHT) / 2
LARGEST, SMALLEST = 30.0, 11.0
EDGE = 6.0


@dataclass(frozen=True)
class Tag:
    """What stands on one tag; `name` is empty where it must be written by hand."""

    name: str
    handle: str


def build(meetup: Meetup) -> tuple[Tag, ...]:
    """A tag for everybody who comes, by name. One query."""
    coming = replies.guests(meetup).filter(state=MeetupGuest.State.COMING).exclude(name="")
    everybody = sorted(coming, key=lambda guest: (guest.name.casefold(), guest.pk))
    return tuple(Tag(printable(guest.name), printable(_handle(guest))) for guest in everybody)


def by_hand(guests: Iterable[MeetupGuest]) -> tuple[str, ...]:
    """The names whose letters no font here can draw."""
    return tuple(guest.name for guest in guests if guest.name and not printable(guest.name))


def note_printing(meetup: Meetup, *, by: User, now: datetime) -> None:
    """Names leave the house on paper; the trail remembers it."""
    audit.record(meetup.organization, "meetup_tags_printed", by=by, at=now, target=meetup.pk)


def _handle(guest: MeetupGuest) -> str:
    at = "@" if guest.network == Connection.Network.TWITTER else ""
    return f"{at}{guest.handle}" if guest.handle else ""


def printable(text: str) -> str:
    """The text without what no font can draw, such as emoji; empty where letters would be missing."""
    known = letters()
    kept = []
    for sign in unicodedata.normalize("NFC", text):
        if ord(sign) in known or sign.isspace():
            kept.append(sign)
        elif unicodedata.category(sign)[0] in "LMN":
            return ""
    return " ".join("".join(kept).split())


def fonts() -> tuple[Path, ...]:
    """The font files, ours first."""
    return (OWN, *(Path(path) for path in settings.NAME_TAG_FONTS))


@lru_cache(maxsize=1)
def letters() -> frozenset[int]:
    """Every code point that one of the fonts can draw."""
    found: set[int] = set()
    for path in fonts():
        with TTFont(path, lazy=True, fontNumber=0) as font:
            found |= set(font.getBestCmap())
    return frozenset(found)


def pdf(meetup: Meetup, tags: Sequence[Tag]) -> bytes:
    """The sheets; at least one, so that there are tags to write by hand."""
    sheet = _Sheet(meetup.title, meetup.organization.name)
    wanted = list(tags) or [Tag("", "")]
    a_page = COLUMNS * ROWS
    wanted += [Tag("", "")] * (-len(wanted) % a_page)
    for number, tag in enumerate(wanted):
        if number % a_page == 0:
            sheet.add_page()
            sheet.cut_marks()
        row, column = divmod(number % a_page, COLUMNS)
        sheet.tag(tag, LEFT + column * WIDTH, TOP + row * HEIGHT)
    return bytes(sheet.output())


class _Sheet(FPDF):
    """A sheet of tags."""

    def __init__(self, title: str, organization: str) -> None:
        super().__init__(format="A4")
        self.set_auto_page_break(False)
        self.set_title(title)
        self.set_author(organization)
        names = []
        for number, path in enumerate(fonts()):
            names.append(f"font{number}")
            self.add_font(names[-1], fname=path)
        self.set_fallback_fonts(names[1:])
        self.first, self.head = names[0], printable(f"{organization} · {title}")
        self.set_font(self.first)
        self.set_text_shaping(True)

    def cut_marks(self) -> None:
        """Fine lines between the tags."""
        self.set_draw_color(190)
        self.set_line_width(0.1)
        for column in range(COLUMNS + 1):
            self.line(LEFT + column * WIDTH, TOP - 4, LEFT + column * WIDTH, TOP + ROWS * HEIGHT + 4)
        for row in range(ROWS + 1):
            self.line(LEFT - 4, TOP + row * HEIGHT, LEFT + COLUMNS * WIDTH + 4, TOP + row * HEIGHT)

    def tag(self, tag: Tag, x: float, y: float) -> None:
        """One tag with its upper left corner there."""
        self.set_text_color(110)
        self._line(self.head, x, y + 5, size=8, smallest=6)
        self.set_text_color(20)
        lines = self._name(tag.name)
        size = min(self._fitting(line, LARGEST) for line in lines)
        step = size * 0.3528 * 1.2
        top = y + HEIGHT / 2 - step * len(lines) / 2
        for number, line in enumerate(lines):
            self._line(line, x, top + number * step, size=size, smallest=SMALLEST)
        self.set_text_color(90)
        self._line(tag.handle, x, y + HEIGHT - 12, size=14, smallest=8)

    def _name(self, name: str) -> list[str]:
        """The name in one line, or in two where it would be small."""
        words = name.split()
        if len(words) < 2 or self._fitting(name, LARGEST) > 22:
            return [name]
        cuts = [(" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words))]
        return list(min(cuts, key=lambda cut: max(map(len, cut))))

    def _fitting(self, text: str, size: float) -> float:
        self.set_font(self.first, size=size)
        wide = self.get_string_width(text)
        return size if wide <= WIDTH - 2 * EDGE else max(SMALLEST, size * (WIDTH - 2 * EDGE) / wide)

    def _line(self, text: str, x: float, y: float, *, size: float, smallest: float) -> None:
        if not text:
            return
        self.set_font(self.first, size=size)
        while self.get_string_width(text) > WIDTH - 2 * EDGE and size > smallest:
            size = max(smallest, size - 0.5)
            self.set_font(self.first, size=size)
        while self.get_string_width(text) > WIDTH - 2 * EDGE:
            text = text[:-2].rstrip() + "…"
        self.set_xy(x + EDGE, y)
        self.cell(WIDTH - 2 * EDGE, size * 0.3528 * 1.2, text, align="C")
