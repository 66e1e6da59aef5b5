"""The consultants' overview: every client once, nobody else's, in a fixed number of queries."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection as database
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import organizing
from accounts.models import Client, Consultant, Membership, Organization, Practice, Role, User
from accounts.tenancy import scope
from coaching import client_facts, conversations, dashboard, portfolio, practice_record
from coaching.conversation_page import urgent_runs
from coaching.judgement.answering import runs
from coaching.models import Connection, Import, Outcome, Suggestion
from coaching.networks.contract import Person, Surface
from coaching.portfolio import Wanted
from tests import make

pytestmark = pytest.mark.django_db


def client_of(practice: Practice, number: int, *, at: datetime = make.NOW) -> Organization:
    """A client with posts, and somebody who waits."""
    owner = User.objects.create_user(f"owner{number}@example.org")
    made = organizing.create_organization(slug=f"client-{number}", name=f"Client {number:02}", owner=owner)
    Client.objects.create(
        practice=practice, organization=made, role=Role.EDITOR, starts_at=at - timedelta(days=100)
    )
    make.pulled(
        made,
        *(make.post(n, ago=timedelta(days=n)) for n in range(1, 16)),
        messages=[make.message(1, "@gulltheatre is there a matinee?", ago=timedelta(days=number))],
    )
    return made


def shown(user: User, at: datetime = make.NOW, **wanted: object) -> list[str]:
    page = portfolio.build(user, Wanted(**wanted), now=at)  # type: ignore[arg-type]
    return [line.organization.name for line in page.shown]


def suggestion(organization: Organization, rule: str, taken: datetime | None = None) -> Suggestion:
    made: Suggestion = Suggestion.across_organizations.create(
        organization=organization,
        rule=rule,
        state="taken" if taken else "open",
        metric="question_share",
        evidence="hubspot",
        as_of=make.NOW.date(),
        params={"k": 1, "n": 14, "over_weeks": 4},
        baseline=0.07,
        target=0.15,
        decided_at=taken,
    )
    return made


def test_forty_clients_cost_as_many_queries_as_two() -> None:
    carol = make.consultant()
    practice = Practice.objects.get()
    counted = []
    for numbers in (range(1, 3), range(3, 41)):
        for number in numbers:
            client_of(practice, number)
        for build in (
            lambda: portfolio.build(carol, Wanted(), now=make.NOW),
            lambda: practice_record.build(carol, "", now=make.NOW),
        ):
            with CaptureQueriesContext(database) as queries:
                build()
            counted.append(len(queries))
    assert counted[:2] == counted[2:]
    assert counted[0] <= 20
    assert len(shown(carol)) == 40
    # Who waits longest comes first.
    assert shown(carol)[:2] == ["Client 40", "Client 39"]


def test_what_stands_there_is_what_the_clients_own_pages_say() -> None:
    cast = make.cast()
    make.consultant(cast.theatre)
    make.pulled(
        cast.theatre,
        *(make.post(n, ago=timedelta(days=4 * n)) for n in range(1, 30)),
        make.post(
            40,
            "@ana Thank you for coming! Which scene did you like best?",
            surface=Surface.REPLY,
            reply_to=Person("id-ana", "ana"),
        ),
        messages=[
            make.message(1, "Is there a matinee on Sunday?", ago=timedelta(days=3)),
            make.message(2, "Could you lend us two racks?", who="tom", ago=timedelta(days=1)),
            make.message(3, "Lovely evening, thank you!", who="kim", ago=timedelta(days=1)),
        ],
    )
    with scope([cast.theatre.pk]):
        facts = client_facts.read([cast.theatre], now=make.NOW)[cast.theatre.pk]
        page = dashboard.build(cast.theatre, now=make.NOW)
        said = conversations.turns(cast.theatre, since=make.NOW - conversations.LOOK_BACK, until=make.NOW)
        waiting = urgent_runs(runs(said), make.NOW)
    assert facts.lead == page.lead
    assert facts.weeks == page.weeks[-12:]
    assert len(facts.waiting) == page.waiting_total == 2
    assert facts.waiting[0] == min(run.arrived_at for run in waiting)
    assert facts.suggestions == len(page.suggestions)


def test_only_clients_whose_access_is_open_and_only_as_a_consultant() -> None:
    cast = make.cast()
    carol = make.consultant(cast.theatre)
    Membership.objects.create(organization=cast.rival, user=carol, role=Role.OWNER)
    assert shown(carol) == ["Gull Theatre"]
    assert shown(cast.alice) == []
    Client.objects.update(ends_at=make.NOW + timedelta(hours=1))
    assert shown(carol) == ["Gull Theatre"]
    assert shown(carol, make.NOW + timedelta(hours=1)) == []
    Client.objects.update(starts_at=make.NOW + timedelta(minutes=1))
    assert shown(carol) == []


def test_a_person_with_two_practices_may_choose_and_sees_a_shared_client_once() -> None:
    cast = make.cast()
    carol = make.consultant(cast.theatre, role=Role.VIEWER)
    other = Practice.objects.create(slug="other", name="Other Practice")
    Consultant.objects.create(practice=other, user=carol)
    for organization in (cast.theatre, cast.rival):
        Client.objects.create(practice=other, organization=organization, role=Role.OWNER, starts_at=make.NOW)
    page = portfolio.build(carol, Wanted(), now=make.NOW)
    assert {(line.organization.slug, line.practice.slug, line.role) for line in page.shown} == {
        ("theatre", "other", Role.OWNER),
        ("rival", "other", Role.OWNER),
    }
    assert len(page.shown) == 2
    assert shown(carol, practice="carol-co") == ["Gull Theatre"]
    assert shown(carol, practice="nobodys") == shown(carol)
    assert shown(carol, role="viewer") == []
    assert shown(carol, role="viewer", practice="carol-co") == ["Gull Theatre"]


def test_filters_and_columns() -> None:
    cast = make.cast()
    carol = make.consultant(cast.theatre, cast.rival)
    make.pulled(cast.theatre, *(make.post(n, "Which play moved you most, and why?") for n in range(1, 30)))
    with scope([cast.theatre.pk]):
        cast.theatre.connections.update(state=Connection.State.RECONNECT, state_since=make.NOW)
    with scope([cast.rival.pk]):
        Import.across_organizations.create(organization=cast.rival, filename="a.zip", state="running")
        cast.rival.suggestions.all().delete()
    assert shown(carol, words="gull") == ["Gull Theatre"]
    assert shown(carol, words="no such") == []
    assert shown(carol, health="act") == ["Gull Theatre"]
    assert shown(carol, health="watch") == ["Rival Rooms"]
    assert shown(carol, only_attention=True) == ["Gull Theatre"]
    assert shown(carol, sort="name") == ["Gull Theatre", "Rival Rooms"]
    assert shown(carol, sort="-name") == ["Rival Rooms", "Gull Theatre"]
    # What is not known comes last in either direction.
    assert shown(carol, sort="share") == shown(carol, sort="-share") == ["Gull Theatre", "Rival Rooms"]
    assert shown(carol, sort="nonsense") == shown(carol)


def test_the_record_counts_what_was_taken_while_the_practice_had_access() -> None:
    cast = make.cast()
    carol = make.consultant(cast.theatre)
    Client.objects.update(starts_at=make.NOW - timedelta(days=100))
    with scope([cast.theatre.pk]):
        suggestion(cast.theatre, "ask_questions", make.NOW - timedelta(days=101))
        better = suggestion(cast.theatre, "share_others", make.NOW - timedelta(days=90))
        suggestion(cast.theatre, "name_people", make.NOW - timedelta(days=2))
        suggestion(cast.theatre, "no_bait")
        Outcome.across_organizations.create(
            organization=cast.theatre,
            suggestion=better,
            word="better_since",
            metric="share_share",
            before=0.1,
            after=0.3,
            change=0.2,
            low=0.1,
            high=0.3,
            until=make.NOW.date(),
            judge="7",
            measured_at=make.NOW,
        )
    page = practice_record.build(carol, "", now=make.NOW)
    assert (page.sum.taken, page.sum.better, page.sum.still_measured) == (2, 1, 1)
    assert [tried.what for tried in page.clients[0].tried] == ["name_people", "share_others"]
    lines = "".join(practice_record.table(page)).splitlines()
    assert len(lines) == 3
    assert lines[2].startswith("Gull Theatre,share_others,2026-07-09,share_share,better_since,0.1,0.3,0.2,")

    Client.objects.update(ends_at=make.NOW)
    assert practice_record.build(carol, "", now=make.NOW).sum.taken == 0


def test_the_pages_print_and_a_download_is_in_the_clients_trail() -> None:
    cast = make.cast()
    carol = make.consultant(cast.theatre, cast.rival)
    Client.objects.update(starts_at=timezone.now() - timedelta(days=9))
    make.pulled(cast.theatre, *(make.post(n) for n in range(1, 15)))
    with scope([cast.theatre.pk]):
        suggestion(cast.theatre, "name_people", timezone.now() - timedelta(days=2))
    browser = Browser()
    browser.force_login(carol)
    page = browser.get(reverse("coaching:clients"), {"sort": "-share", "show": "attention"})
    assert "Gull Theatre" in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
    assert "Too early" in browser.get(reverse("coaching:practice_record")).content.decode()
    table = browser.get(reverse("coaching:practice_record_table"), {"practice": "carol-co"})
    assert b"name_people" in b"".join(table.streaming_content)  # type: ignore[attr-defined]
    with scope([cast.theatre.pk]):
        event = cast.theatre.auditevents.get()
    assert (event.action, event.actor_id, event.practice_id) == (
        "practice_record_exported",
        carol.pk,
        Practice.objects.get().pk,
    )
    other = Browser()
    other.force_login(cast.alice)
    assert other.get(reverse("coaching:practice_record_table")).status_code == 404
    assert "Gull Theatre" not in other.get(reverse("coaching:clients")).content.decode().split("<main")[1]


def test_whoever_only_consults_comes_home_to_all_clients() -> None:
    cast = make.cast()
    carol = make.consultant(cast.theatre)
    browser = Browser()
    browser.force_login(carol)
    assert browser.get(reverse("coaching:home"))["Location"] == reverse("coaching:clients")
    Membership.objects.create(organization=cast.rival, user=carol, role=Role.VIEWER)
    Client.objects.update(starts_at=timezone.now() - timedelta(days=1))
    assert browser.get(reverse("coaching:home")).status_code == 200
