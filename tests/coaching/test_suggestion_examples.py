"""What a suggestion is about stands beside it: the message that waits, or a post of their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import coach, conversations, repost_page, suggestions
from coaching.models import Message, Suggestion
from tests import make

pytestmark = pytest.mark.django_db

KIND = "what a wonderful evening in the stalls, the whole family is still talking about it"


def waiting(cast: make.Cast) -> Message:
    """Somebody waits for three days while twelve others were answered elsewhere or not at all."""
    ago = make.NOW - timezone.now() + timedelta(days=3)
    asked = [
        make.message(number, "@gull which door is the step-free one, please?", who=f"p{number}", ago=ago)
        for number in range(1, 7)
    ]
    old = make.message(50, "@gull do you sell ice cream?", who="old", ago=ago + timedelta(days=9))
    make.pulled(cast.theatre, make.post(1, ago=ago), messages=[*asked, old])
    with scope([cast.theatre.pk]):
        coach.suggest(cast.theatre, now=timezone.now())
        made = cast.theatre.suggestions.get(rule="answer_who_waits")
        found: Message = cast.theatre.messages.get(pk=made.messages[0])
    return found


def test_who_waits_is_shown_with_the_suggestion_to_answer() -> None:
    cast = make.cast()
    message = waiting(cast)
    client = Client()
    client.force_login(cast.erin)
    for name in ("suggestions", "dashboard"):
        page = client.get(reverse(f"coaching:{name}", args=["theatre"])).content.decode()
        [shown] = [part for part in page.split("<article") if 'class="suggestion"' in part]
        assert "step-free one" in shown
        assert reverse("coaching:conversation", args=["theatre", message.pk]) in shown


def test_a_message_that_is_gone_is_no_example() -> None:
    cast = make.cast()
    message = waiting(cast)
    with scope([cast.theatre.pk]):
        made = Suggestion.across_organizations.get(rule="answer_who_waits")
        Message.across_organizations.filter(pk=message.pk).delete()
        [card] = suggestions.page(cast.theatre, now=timezone.now()).open
    assert message.pk in made.messages
    assert message.pk not in [said.message_id for said in card.suggestion.said]
    assert card.suggestion.said


def test_nobody_is_told_to_share_a_sister_account() -> None:
    cast = make.cast()
    theatre: Organization = cast.theatre
    theatre.also_ours = ["@GullYouth"]
    spoken = [make.message(n, f"{KIND} {n}", who=who) for n, who in enumerate(("gullyouth", "nora"))]
    make.pulled(theatre, messages=spoken)
    with scope([theatre.pk]):
        theatre.messages.update(intent="praise")
        assert conversations.ourselves(theatre) == {"gullyouth"}
        found = repost_page.ideas(theatre, now=make.NOW)
    assert [idea.handle for idea in found] == ["nora"]


def test_days_and_hours_are_the_organizations_own() -> None:
    cast = make.cast()
    Organization.objects.filter(pk=cast.theatre.pk).update(timezone="America/Los_Angeles")
    late = make.post(1, created_at=datetime(2024, 11, 22, 0, 36, tzinfo=UTC))
    make.pulled(cast.theatre, late)
    client = Client()
    client.force_login(cast.erin)
    page = client.get(reverse("coaching:posts", args=["theatre"])).content.decode()
    assert "21 November 2024, 16:36" in page
    assert "22 November" not in page
