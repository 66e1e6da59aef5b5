"""A theatre that talks and announces, and what an owner does to publish a card about it."""

from __future__ import annotations

import shutil
import subprocess
from datetime import timedelta
from typing import Any

from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from accounts.models import Client, Organization, User
from accounts.tenancy import scope
from coaching.models import ReportCard
from coaching.networks.contract import Person, Surface
from coaching.report_cards import links
from tests import make

SECRETS = ("zebrafish", "quagmire", "xylophonist", "wistaria")
"""Words of others and of ourselves that must not be on a card: a message, a name, a note, a post."""
TALK = (
    "Thank you so much for coming on wistaria night! Which scene did you like best?",
    "Yes, the matinee at two is relaxed. Shall we keep three seats for you?",
    "How kind of you to say so! What would you like to see next year?",
    "We are sorry about the cold. Did the usher find you a blanket?",
    "Happy birthday to your daughter! Does she still dance?",
    "What a lovely picture of the quay. Where did you take it?",
    "Do you remember the first play you saw here? We would love to hear.",
    "Congratulations on the prize! Are you coming to the party on Friday?",
)
FACES = ("card", "card_picture", "card_badge", "card_paper")


def browser(user: User | None = None) -> Browser:
    """A browser in which this person is logged in, or nobody."""
    made = Browser()
    if user:
        made.force_login(user)
    return made


def told(*, social: int = 8, broadcast: int = 8, days: int = 1) -> list[Any]:
    """Posts that answer people and posts that only announce, over the days before now."""
    now = timezone.now()
    answers = [
        make.post(
            n,
            f"@xylophonist {TALK[(n - 1) % len(TALK)]}",
            created_at=now - timedelta(days=days, hours=n),
            surface=Surface.REPLY,
            reply_to=Person("id-x", "xylophonist"),
        )
        for n in range(1, social + 1)
    ]
    return answers + [
        make.post(
            100 + n,
            f"Book now for wistaria night, only {n} seats left: https://example.org/book",
            created_at=now - timedelta(days=days, hours=n),
        )
        for n in range(1, broadcast + 1)
    ]


def talking_theatre() -> make.Cast:
    """A theatre that talks and announces, with a message, a person and notes that are private."""
    cast = make.cast()
    now = timezone.now()
    asked = [
        make.message(
            n, f"Is the zebrafish play on, {n}?", who="xylophonist", created_at=now - timedelta(days=3)
        )
        for n in range(1, 7)
    ]
    make.pulled(cast.theatre, *told(), messages=asked)
    carol = make.consultant(cast.theatre)
    Client.objects.update(starts_at=now - timedelta(days=9))
    with scope([cast.theatre.pk]):
        cast.theatre.clientnotes.create(
            practice=carol.practices.get(), author=carol, text="quagmire", shared=True, written_at=now
        )
    return cast


def fortnight(organization: Organization) -> dict[str, str]:
    """What the form sends for the two weeks up to yesterday."""
    yesterday = timezone.now().astimezone(organization.zone).date() - timedelta(days=1)
    return {"period": "own", "since": f"{yesterday - timedelta(days=13)}", "until": f"{yesterday}"}


def publish(cast: make.Cast, **more: str) -> ReportCard:
    """Alice publishes the two weeks up to yesterday."""
    answer = browser(cast.alice).post(
        reverse("coaching:report_card_publish", args=["theatre"]),
        {**fortnight(cast.theatre), "days": "90", "thing": "", **more},
    )
    assert answer.status_code == 302, answer.content.decode()
    with scope([cast.theatre.pk]):
        row: ReportCard = cast.theatre.reportcards.latest("pk")
    return row


def path(row: ReportCard, what: str = "card") -> str:
    """Where a face of a card is, without the server."""
    url = links.url(row, "theatre", what)
    return "/" + url.split("//", 1)[1].partition("/")[2]


def words_of(pdf: bytes) -> bytes:
    """The words of a paper, where this machine has a program that reads them."""
    program = shutil.which("pdftotext")
    if program is None:
        return b""
    said = subprocess.run([program, "-", "-"], input=pdf, capture_output=True, check=True).stdout
    assert b"About half of 16 posts talked with people." in said
    return said
