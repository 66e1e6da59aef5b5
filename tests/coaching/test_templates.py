"""What holds for every template and style sheet: nothing inline, nothing untranslated, readable colours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
STATIC = settings.BASE_DIR / "static"
# The style guide shows type with words of its own; staff alone see it.
UNTRANSLATED = {"styleguide.html"}


def name(path: Path) -> str:
    """A template's name as `include` writes it."""
    return str(path.relative_to(settings.BASE_DIR / "templates"))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_compiles_and_keeps_to_the_content_security_policy(path: Path) -> None:
    get_template(name(path))
    source = path.read_text()
    assert not re.search(r"\sstyle\s*=", source), "no style in attributes"
    assert not re.search(r"<style\b", source), "no style in pages"
    written = re.sub(r"{%.*?%}", "", source)  # where `one=` is a name of ours
    assert not re.search(r"\son[a-z]+\s*=", written), "no script in attributes"
    assert not re.search(r"<script(?![^>]*\bsrc=)", source), "no script in pages"
    assert "javascript:" not in source


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_what_a_template_names_in_static_is_there(path: Path) -> None:
    for asset in re.findall(r"{% static '([^']+)' %}", path.read_text()):
        assert finders.find(asset), asset


@pytest.mark.parametrize("path", [p for p in TEMPLATES if name(p) not in UNTRANSLATED], ids=name)
def test_every_word_of_a_template_can_be_translated(path: Path) -> None:
    source = path.read_text()
    for gone in (
        r"{#.*?#}",
        r"<code>.*?</code>",  # what machines read is the same in every language
        r"{% block \w+ %}page--\w+{% endblock %}",
        r"{% blocktranslate.*?%}.*?{% endblocktranslate %}",
        r"{%.*?%}|{{.*?}}",
    ):
        source = re.sub(gone, "", source, flags=re.DOTALL)
    spoken = re.findall(r'\b(?:title|alt|aria-label|placeholder)="([^"]*)"', source)
    words = re.sub(r"<[^>]*>", " ", source)
    assert re.findall(r"[^\W\d_]{2,}", " ".join([words, *spoken])) == []


MAILS = sorted(p for p in (settings.BASE_DIR / "templates").rglob("*") if p.suffix in (".txt", ".mjml"))


@pytest.mark.parametrize("path", MAILS, ids=name)
def test_every_word_of_a_mail_can_be_translated(path: Path) -> None:
    source = path.read_text()
    for gone in (
        r"{#.*?#}|{% comment %}.*?{% endcomment %}",
        r"<mj-style.*?</mj-style>",
        r"{% blocktranslate.*?%}.*?{% endblocktranslate %}",
        r"{%.*?%}|{{.*?}}",
        r"<[^>]*>|&\w+;",
    ):
        source = re.sub(gone, " ", source, flags=re.DOTALL)
    assert re.findall(r"[^\W\d_]{2,}", source) == []


# Named formats are written by every language in its own way; parts of a date stand alone in none.
FORMATS = {f"{name}_FORMAT" for name in ("DATE", "DATETIME", "SHORT_DATE", "SHORT_DATETIME", "TIME")}
FORMATS |= {"MONTH_DAY_FORMAT", "YEAR_MONTH_FORMAT", "M", "F", "D", "l", "Y-m-d", "c", "Y-m", "U"}


@pytest.mark.parametrize("path", [*TEMPLATES, *MAILS], ids=name)
def test_days_and_hours_are_written_as_the_language_does(path: Path) -> None:
    asked = re.findall(r"""\|(?:date|time):["']([^"']*)["']""", path.read_text())
    assert set(asked) <= FORMATS, "see docs/translate.md"


def luminance(colour: str) -> float:
    """The relative luminance of #rrggbb, by WCAG."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def colours(theme: str) -> dict[str, str]:
    """The colour tokens of a theme."""
    source = (STATIC / "css" / "tokens.css").read_text()
    light, dark = source.split("@media (prefers-color-scheme: dark)")
    dark = dark.split("@media")[0]
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    return found if theme == "light" else found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark))


GROUNDS = ("paper", "paper-raised", "paper-sunk")
TEXT = [
    *(
        (ink, paper)
        for ink in ("ink", "ink-soft", "accent")
        for paper in ("paper", "paper-raised", "paper-sunk")
    ),
    *((ink, f"{ink}-wash") for ink in ("good", "watch", "act", "accent", "toward", "away")),
    *(("ink", f"{wash}-wash") for wash in ("good", "watch", "act", "accent", "toward", "away")),
    *((ink, "paper") for ink in ("good", "watch", "act", "toward", "away")),
    *(("on-kind", kind) for kind in ("converse", "share", "announce", "pitch")),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), TEXT)
def test_words_stand_out_from_their_ground(theme: str, ink: str, paper: str) -> None:
    found = colours(theme)
    assert contrast(found[ink], found[paper]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("edge", ["rule-strong", "focus", "accent"])
def test_edges_that_matter_stand_out(theme: str, edge: str) -> None:
    found = colours(theme)
    assert contrast(found[edge], found["paper"]) >= 3
    assert contrast(found[edge], found["paper-raised"]) >= 3


def test_every_kind_has_its_mark_and_its_colour() -> None:
    icons = (STATIC / "img" / "icons.svg").read_text()
    for kind in ("converse", "share", "announce", "pitch"):
        assert f'<symbol id="{kind}"' in icons
        assert len({colours(theme)[kind] for theme in ("light", "dark")}) == 2
    assert '<symbol id="unknown"' in icons


def test_what_is_vendored_brings_its_licence() -> None:
    folders = [folder for folder in (STATIC / "vendor").iterdir() if folder.is_dir()]
    assert folders
    for folder in folders:
        assert (folder / "LICENSE").stat().st_size > 0, folder
