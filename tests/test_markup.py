"""Whatever people write is text: on no page, in no mail, in no table is it markup or a formula."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts.models import Organization, Practice, User
from accounts.tenancy import scope
from tests.routes import stage as stages
from tests.routes.expecting import CONSULTANT, OWNER, VIEWER
from tests.routes.stage import ROUTES, ROWS, Stage

pytestmark = pytest.mark.django_db

HOSTILE = "=1+1\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7|add:7 }}{% now 'Y' %}"
SHORT = "\"'><b id=x>{{7}}"
"""Where fewer letters fit."""
# What people choose: their own words, or what a network or an archive says.
WORDS = {
    "text", "other", "name", "brand_name", "sender_name", "handle", "filename", "author_name",
    "author_handle", "title", "goal", "about", "place", "address", "thanks",
}  # fmt: skip
NOT_WORDS = {"ReportCard.address"}  # a part of its link


def written(model: type[models.Model]) -> dict[str, str]:
    """The fields of a model that hold words of people, with something nasty in each."""
    found = {}
    for one in model._meta.concrete_fields:
        if not isinstance(one, (models.CharField, models.TextField)):
            continue
        fits = isinstance(one, models.TextField) or (one.max_length or 0) >= len(HOSTILE)
        if one.name in WORDS and f"{model.__name__}.{one.name}" not in NOT_WORDS and not one.choices:
            found[one.name] = HOSTILE if fits else SHORT[: one.max_length]
    return found


@pytest.fixture
def stage(settings: Any) -> Iterator[Stage]:
    """A theatre in which everything that can be written is hostile."""
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    built = stages.build()
    place = built.theatre
    for model in ROWS:
        place.row(model)
    with scope([place.organization.pk]):
        for model in ROWS:
            if words := written(model):
                model._base_manager.filter(organization=place.organization).update(**words)
    for loose in (Organization, User, Practice):
        loose.objects.update(**written(loose))
    logging.disable(logging.WARNING)
    yield built
    logging.disable(logging.NOTSET)


def pages(stage: Stage, who: str) -> Iterator[tuple[str, str, bytes]]:
    """(name, kind, body) of every page that somebody may look at."""
    client = Client()
    client.force_login(stage.people[who])  # type: ignore[arg-type]
    for name, route in sorted(ROUTES.items()):
        if name.startswith(("admin", "api:")) or route.path or route.answers[who, "GET"] >= 300:
            continue
        arguments = [stage.argument(one) for one in route.arguments]
        args = [stage.theatre.organization.slug, *arguments] if route.inside else arguments
        answer = client.get(reverse(name, args=args))
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        yield name, answer["Content-Type"], body


@pytest.mark.parametrize("who", [OWNER, VIEWER, CONSULTANT])
def test_words_stay_words_on_every_page_and_in_every_table(stage: Stage, who: str) -> None:
    showing, broken = set(), []
    for name, kind, body in pages(stage, who):
        if kind.startswith("text/html"):
            told = body.decode()
            if any(bad in told for bad in ("<script>alert", "<img src=x", "<b id=x")):
                broken.append(name)
            if "&lt;script&gt;alert(1)" in told:
                showing.add(name)
        elif kind.startswith("text/csv"):
            cells = [cell for row in csv.reader(io.StringIO(body.decode("utf-8-sig"))) for cell in row]
            broken += [name for cell in cells if cell.startswith("=")]
    assert broken == []
    assert len(showing) > 15, showing


def test_the_mail_of_a_digest_holds_words_as_words(stage: Stage) -> None:
    client = Client()
    client.force_login(stage.theatre.owner)
    mail = client.get(reverse("coaching:digest_mail", args=["theatre", "2026-10-05"])).content.decode()
    assert "&lt;script&gt;" in mail
    assert "<script" not in mail
    assert "<img src=x" not in mail
