"""The frame of every page: the sections of an organization, in the bar and in its menu.

To add a page to the navigation, add one line to SECTIONS, and nothing else. Pages below /settings/ belong to
Settings by their address and are linked from templates/components/_settings_nav.html.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.urls import resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.permissions import is_open_to_visitors

register = template.Library()


class Place(IntEnum):
    """Where a section stands. The bar of a phone has room for three and the menu, a wide one for six."""

    BAR = 0
    WIDE = 1
    """In the bar of wide windows, in the menu of narrow ones."""
    MENU = 2
    """In the menu, with what one looks at now and then."""
    LAST = 3
    """At the end of the menu, with what one sets up once."""


@dataclass(frozen=True)
class Section:
    """A section: the route it opens, its words, its place, what else lies in it, and its key after `g`.

    `below` are the beginnings of addresses after /o/<organization>/ that belong to it.
    """

    route: str
    words: str | Promise
    place: Place
    below: tuple[str, ...]
    key: str


SECTIONS = (
    Section("coaching:dashboard", _("This week"), Place.BAR, (), "w"),
    Section("coaching:conversations", _("Conversations"), Place.BAR, ("conversations/",), "c"),
    Section("coaching:people", _("People"), Place.WIDE, ("people/",), "e"),
    Section("coaching:meetups", _("Meetups"), Place.MENU, ("meetups/",), "m"),
    Section("coaching:posts", _("Posts"), Place.BAR, ("posts/", "checks/"), "p"),
    Section("coaching:suggestions", _("Suggestions"), Place.WIDE, ("suggestions/",), "s"),
    Section("coaching:draft", _("Draft"), Place.WIDE, ("draft/",), "d"),
    Section("coaching:looking_back", _("Looking back"), Place.MENU, ("looking-back/",), "b"),
    Section("coaching:report_cards", _("Report cards"), Place.MENU, ("report-cards/",), "r"),
    Section("coaching:digests", _("Weekly digest"), Place.MENU, ("digest/",), "l"),
    Section(
        "coaching:connections", _("Connections"), Place.LAST, ("connections/", "connect/", "imports/"), "n"
    ),
    Section("coaching:settings", _("Settings"), Place.LAST, ("settings/",), "t"),
)


@dataclass(frozen=True)
class Link:
    """A section as a page shows it."""

    url: str
    words: str | Promise
    place: str
    current: bool
    key: str


@register.simple_tag
def stylesheets() -> list[str]:
    """The addresses of the style sheets that every page has: one where static files were collected."""
    collected = getattr(staticfiles_storage, "hashed_files", {})
    names = [settings.STYLES_IN_ONE] if settings.STYLES_IN_ONE in collected else settings.STYLESHEETS
    return [static(name) for name in names]


@register.simple_tag(takes_context=True)
def section_links(context: template.Context) -> list[Link]:
    """The sections of the organization that the page is about, and which of them one is in."""
    request: Any = context["request"]
    slug = request.organization.slug
    home = reverse("coaching:dashboard", args=[slug])
    here = request.path.removeprefix(home)
    links = [
        Link(
            url=reverse(section.route, args=[slug]),
            words=section.words,
            place=section.place.name.lower(),
            key=section.key,
            current=here.startswith(section.below) if section.below else here == "",
        )
        for section in SECTIONS
    ]
    if getattr(request, "visiting", False):
        return [link for link in links if is_open_to_visitors(resolve(link.url).func)]
    return links
