"""Sentences for translators: all are found, what was translated stays, what went wrong is said."""

from __future__ import annotations

import gettext
from pathlib import Path

from babel.messages.pofile import read_po

from engage import messages

DE = Path("de") / "LC_MESSAGES"


def checkout(folder: Path, template: str) -> Path:
    """A checkout with one program and one template."""
    for name in ("accounts", "coaching/migrations", "engage", "templates"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "coaching" / "words.py").write_text(
        "from django.utils.translation import gettext as _, ngettext, pgettext\n"
        'one = _("Good " "morning")\n'
        'many = ngettext("%(n)d post", "%(n)d posts", 3)\n'
        'May = pgettext("month", "May")\n'
    )
    (folder / "coaching" / "migrations" / "0001.py").write_text('_("old")')
    (folder / "templates" / "page.html").write_text(template)
    return folder


PAGE = """{% load i18n %}
      <h1>{% translate "Who waits" %}</h1>
   {% blocktranslate count n=people trimmed %}
      {{ n }} person
   {% plural %}
      {{ n }} people
   {% endblocktranslate %} don't "stop"
"""


def test_programs_and_templates_are_read_without_gettext_programs(tmp_path: Path) -> None:
    found = messages.template_of_messages(checkout(tmp_path, PAGE))
    assert {message.id for message in found if message.id} == {
        "Good morning",
        ("%(n)d post", "%(n)d posts"),
        "May",
        "Who waits",
        ("%(n)s person", "%(n)s people"),
    }
    assert found.get("Who waits").locations == [("templates/page.html", 2)]
    assert found.get("May", context="month") is not None


def test_our_own_sentences_are_found() -> None:
    found = messages.template_of_messages()
    assert len(found) > 1_000
    assert "Waiting for you" in found
    assert "more than half got no answer" in found


def test_what_was_translated_stays_and_is_spoken(tmp_path: Path) -> None:
    locale = tmp_path / "locale"
    template = messages.template_of_messages(checkout(tmp_path, PAGE))
    assert len(messages.bring_up_to_date("de", template, locale)) == 5
    written = locale / DE / "django.po"
    words = written.read_text().replace(
        'msgid "Who waits"\nmsgstr ""', 'msgid "Who waits"\nmsgstr "Wer wartet"'
    )
    written.write_text(words)
    left = messages.bring_up_to_date("de", template, locale)
    assert "missing: Good morning" in left
    assert not any("Who waits" in line for line in left)
    with (locale / DE / "django.mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Who waits") == "Wer wartet"
    changed = messages.template_of_messages(checkout(tmp_path, PAGE.replace("Who waits", "Who waits now")))
    assert "look again: Who waits now" in messages.bring_up_to_date("de", changed, locale)


def test_a_lost_place_for_a_value_is_said(tmp_path: Path) -> None:
    locale = tmp_path / "locale"
    template = messages.template_of_messages(
        checkout(tmp_path, "{% load i18n %}{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}")
    )
    messages.bring_up_to_date("de", template, locale)
    written = locale / DE / "django.po"
    written.write_text(
        written.read_text().replace('"Hello %(name)s"\nmsgstr ""', '"Hello %(name)s"\nmsgstr "Hallo"')
    )
    assert any(line.startswith("wrong") for line in messages.bring_up_to_date("de", template, locale))
    with written.open("rb") as file:
        assert read_po(file).get("Hello %(name)s").string == "Hallo"
