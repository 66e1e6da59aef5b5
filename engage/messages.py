"""`make messages`: every sentence of ours for translators, and what they wrote made ready to be spoken.

    python -m engage.messages [de] [pt-br]

Writes locale/django.pot, brings every locale/<language>/LC_MESSAGES/django.po up to date with it (and begins
those that are named), says what is missing or wrong in them, and makes the django.mo that Django reads. It
needs Babel, which `make install` brings, and no gettext programs.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

# Django reads settings as soon as a template is taken apart; nothing is to be started for that.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "engage.settings")
os.environ.setdefault("ENGAGE_EMBEDDED", "off")

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
_PLACE = re.compile(r"%\(\w+\)[a-z]|\{\w+\}")
PROGRAMS = ("accounts", "coaching", "engage")
TEMPLATES = (".html", ".txt", ".mjml")
_CONTEXT = (1, "c")
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (1,)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (_CONTEXT, 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (_CONTEXT, 2, 3)),
}
"""What our code calls to have something translated, and which of its arguments are the words."""

Found = tuple[int, str | tuple[str, ...], list[str], str | None]
"""Line, what is said (with its plural), comments for translators, context."""


def template_of_messages(root: Path = ROOT) -> Catalog:
    """Everything that can be translated, with the places where it is said."""
    catalog = Catalog(project="Engage", charset="utf-8", fuzzy=False)
    for path in sources(root):
        place = path.relative_to(root).as_posix()
        for line, said, comments, context in _messages(path):
            catalog.add(said, context=context, locations=[(place, line)], auto_comments=comments)
    return catalog


def sources(root: Path) -> Iterator[Path]:
    """The files in which something is said, always in the same order."""
    for folder in PROGRAMS:
        yield from sorted(p for p in (root / folder).rglob("*.py") if "migrations" not in p.parts)
    yield from sorted(p for p in (root / "templates").rglob("*") if p.suffix in TEMPLATES)


def _messages(path: Path) -> Iterable[Found]:
    code = path.read_text(encoding="utf-8")
    if path.suffix in TEMPLATES:
        # A template becomes calls between noise; how far its lines are indented means nothing.
        code = re.sub(r"^[^\S\n]+", "", templatize(code, origin=str(path)), flags=re.MULTILINE)
    return extract(
        "python", BytesIO(code.encode()), KEYWORDS, ["Translators:"], options={"encoding": "utf-8"}
    )


def bring_up_to_date(language: str, template: Catalog, folder: Path = LOCALE) -> list[str]:
    """Takes new messages into a language's file and makes its .mo; answers what is to be done there."""
    place = folder / to_locale(language) / "LC_MESSAGES"
    place.mkdir(parents=True, exist_ok=True)
    written = place / "django.po"
    catalog = Catalog(locale=to_locale(language), project="Engage", charset="utf-8", fuzzy=False)
    if written.exists():
        with written.open("rb") as file:
            catalog = read_po(file, locale=to_locale(language))
    catalog.update(template)
    with written.open("wb") as file:
        write_po(file, catalog, width=100, sort_by_file=True)
    with (place / "django.mo").open("wb") as file:
        write_mo(file, catalog)
    return list(to_do(catalog))


def to_do(catalog: Catalog) -> Iterator[str]:
    """What a translator still has to look at, a line each."""
    for message in catalog:
        words = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
        if not message.id:
            continue
        first = message.id[0] if isinstance(message.id, (list, tuple)) else message.id
        if message.fuzzy:
            yield f"look again: {first}"
        elif not all(words):
            yield f"missing: {first}"
        else:
            yield from (f"wrong ({trouble}): {first}" for trouble in message.check(catalog))
            if not message.pluralizable and set(_PLACE.findall(words[0] or "")) != set(_PLACE.findall(first)):
                yield f"wrong (a place for a value was lost): {first}"


def main(languages: list[str]) -> int:
    """Writes the files; 1 where a translation has a fault that would be seen on a page."""
    template = template_of_messages()
    LOCALE.mkdir(exist_ok=True)
    with (LOCALE / "django.pot").open("wb") as file:
        write_po(file, template, width=100, sort_by_file=True)
    print(f"locale/django.pot: {len(template)} messages")
    begun = {path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/django.po")}
    wrong = False
    for language in sorted(begun | {to_locale(language) for language in languages}):
        left = bring_up_to_date(language.replace("_", "-").lower(), template)
        print(f"locale/{language}: {len(left)} to do", *left[:20], sep="\n  ")
        wrong = wrong or any(line.startswith("wrong") for line in left)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
