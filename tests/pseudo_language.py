"""A language that nobody speaks, in which everything looks strange that was given to translators.

Every letter of a translated sentence has an accent, and what people wrote themselves is set in Greek letters.
Plain letters on a page are then words that nobody can translate. Its numbers have a comma where ours have a
point, so that a number which was printed past the language is seen as well.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from html.parser import HTMLParser
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.test import override_settings

from coaching.judgement.advice import EVIDENCE
from engage import messages

CODE, FOLDER = "de-xa", "de_XA"
"""Called a kind of German, so that numbers and dates are written as there."""
OTHERS = ("django.conf", "django.contrib.auth", "django.contrib.humanize", "allauth")
"""Whose sentences stand on our pages besides ours, such as the names of months."""
_PLAIN = string.ascii_lowercase + string.ascii_uppercase
_ACCENTED = "ȧƀƈḓḗƒɠħīĵķŀḿƞǿƥɋřşŧŭṽẇẋẏẑ" + "ȦƁƇḒḖƑƓĦĪĴĶĿḾȠǾƤɊŘŞŦŬṼẆẊẎẐ"
_GREEK = "αβγδεφχηιξκλμνοπθρστυωψζϑϕ" + "ΑΒΓΔΕΦΧΗΙΞΚΛΜΝΟΠΘΡΣΤΥΩΨΖϴϚ"
_STRANGE = str.maketrans(_PLAIN, _ACCENTED)
_OWN = str.maketrans(_PLAIN + ".", _GREEK + "·")
# What programs read in a sentence stays as it is: places for values, tags, entities.
_KEPT = re.compile(r"(%\(\w+\)[a-z]|%[a-z%]|\{[^}]*\}|<[^>]*>|&#?\w+;)")


def strange(words: str) -> str:
    """The words with an accent on every letter, and their numbers with a comma."""
    parts = _KEPT.split(re.sub(r"(?<=\d)\.(?=\d)", ",", words))
    return "".join(part if _KEPT.fullmatch(part) else part.translate(_STRANGE) for part in parts)


def own(words: str) -> str:
    """What people wrote themselves, as long as it was, in letters of its own; links stay links."""
    parts = re.split(r"(https?://\S+)", words)
    return "".join(part if part.startswith("http") else part.translate(_OWN) for part in parts)


@contextmanager
def spoken(folder: Path) -> Iterator[None]:
    """Engage speaks the strange language meanwhile, beside its own; `folder` holds the words."""
    place = folder / FOLDER / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "django.mo").write_bytes(_dictionary())
    languages = [("en-gb", strange("English")), (CODE, strange("Strange"))]
    with override_settings(LANGUAGES=languages, LANGUAGE_CODE=CODE, LOCALE_PATHS=[folder]):
        yield


@cache
def _dictionary() -> bytes:
    """What gettext reads; made once, as every template is taken apart for it."""
    made = BytesIO()
    write_mo(made, _catalog())
    return made.getvalue()


def _catalog() -> Catalog:
    catalog = Catalog(locale="de", charset="utf-8", fuzzy=False)
    for source in (*map(_of_others, OTHERS), messages.template_of_messages()):
        for message in source:
            if message.id:
                said = [message.id] if isinstance(message.id, str) else message.id
                words = tuple(strange(one) for one in said)
                catalog.add(message.id, words if len(words) > 1 else words[0], context=message.context)
    return catalog


def _of_others(package: str) -> Catalog:
    at = resources.files(package).joinpath("locale")
    language = "en" if at.joinpath("en", "LC_MESSAGES", "django.po").is_file() else "de"
    with at.joinpath(language, "LC_MESSAGES", "django.po").open("rb") as file:
        return read_po(file)


class _Words(HTMLParser):
    """Collects what a page says: its text, and the attributes that are read out or shown."""

    silent = frozenset({"script", "style", "code", "kbd", "textarea"})
    empty = frozenset({"meta", "link", "input", "img", "br", "hr", "source", "wbr", "col"})
    spoken = frozenset({"title", "alt", "aria-label", "aria-description", "placeholder"})

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._within: list[bool] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Takes what its attributes say, and remembers whether its text is for programs."""
        told = dict(attributes)
        self.said += [value for name, value in attributes if name in self.spoken and value]
        if tag == "meta" and told.get("name") == "description":
            self.said.append(told.get("content") or "")
        if tag == "input" and told.get("type") in ("submit", "button"):
            self.said.append(told.get("value") or "")
        if tag not in self.empty:
            zone = tag == "option" and told.get("value") in available_timezones()
            self._within.append(zone or tag in self.silent or told.get("translate") == "no")

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """The same for a tag that ends at once, as in SVG."""
        self.handle_starttag(tag, attributes)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Steps out again."""
        if tag not in self.empty and self._within:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        """Takes text that is for people."""
        if data.strip() and not any(self._within):
            self.said.append(" ".join(data.split()))


_SOURCES = "|".join(re.escape(evidence.source) for evidence in EVIDENCE.values())
# The same in every language: addresses, places, files, publications, makers, what a program calls something.
_NAMES = re.compile(
    rf"{_SOURCES}|https?://\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b[\w-]+\.(?:zip|csv|ics|pdf|js|json|example)\b"
    r"|\b[A-Z]+(?:_[A-Z]+)+\b|\b(?:posts|messages)-\d+-[0-9a-f]+\b|\b[A-Z]\w+/[A-Z][\w/]+\b"
    r"|/\S*/(?:theatre|gannet-lane-playhouse)/|\d+\.\d+\.\d{4}|\b127\.0\.0\.1\b"
    r"|\b(?:London|Engage|Facebook|Twitter|Meta|API|CSV|JSON|HTTPS?|PDF|URL|QR|UTC|MB|GB|kB|ID|X)\b"
)
_LEFT = re.compile(r"[A-Za-z]{2,}|\d\.\d")


def left_out(html: str) -> list[str]:
    """What a page says past the translators."""
    page = _Words()
    page.feed(html)
    return [said for said in page.said if left_out_of(said)]


def left_out_of(words: str) -> list[Any]:
    """The plain words, and numbers with a point, in a text."""
    return _LEFT.findall(_NAMES.sub("", words))
