"""Who did what, when, from where: every deed is recorded, and owners read it in words."""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts import audit, inviting, tokens
from accounts.audit import Origin
from accounts.models import AuditEvent, Practice, Role, User
from accounts.tenancy import scope
from coaching import awaited_archives, client_notes, hooks
from coaching.meetups import planning
from coaching.models import Suggestion
from coaching.networks.contract import Network
from coaching.trail import page as trail
from tests import make
from tests.coaching.meetups.stage import PLAN

pytestmark = pytest.mark.django_db
PAGE = "/o/theatre/settings/trail/"
TABLE = f"{PAGE}table/"
# What changes nothing that others would have to know of, or keeps by itself who did it and when.
SILENT = {
    "accounts:practices_invite": "for members alone, so not for carol; accounts/practices/test_clients.py",
    "accounts:practices_change": "the same",
    "accounts:practices_take_back": "the same",
    "coaching:conversation_decide": "the mark itself says who made it and when",
    "coaching:check_answer": "the check itself says who answered it and when",
    "coaching:digest_settings": "one's own wishes",
    "coaching:webhook_again": "the delivery log says it",
    "coaching:meetup_tasks": "the list itself says what is done",
    "coaching:meetup_invite": "the list itself says who wrote to whom and when",
    "coaching:meetup_door": "the same; meetups/test_pages.py sees recorded who is taken off",
    "coaching:meetup_pass": "the list at the door itself says who ticked whom off and when",
    "coaching:meetup_after": "the list itself says who thanked whom and when",
    "coaching:draft": "nothing is kept",
    "coaching:draft_check": "nothing is kept",
    "coaching:draft_save": "a draft says itself who wrote it and when",
    "coaching:draft_rewrite": "nothing is kept but the number of calls",
    "coaching:saved_draft_delete": "nothing that was ever published",
    "coaching:client_note_delete": "a practice's own words",
    "coaching:account_read": "reading now instead of in a quarter of an hour",
    "coaching:connect_x": "nothing happens before the network has asked; test_connect.py sees it recorded",
    "coaching:connect_facebook": "the same",
    "coaching:connect_choose": "needs consent at the network; test_connect.py sees it recorded",
    "accounts:logo_change": "needs a picture; test_organization_settings.py sees it recorded",
    "accounts:second_step_ask": "needs a second step; test_second_step.py sees it recorded",
    "accounts:member_leave": "a consultant cannot leave; test_members.py sees it recorded",
    "coaching:deletion_undo": "nothing to undo here; test_erasing.py sees it recorded",
    "coaching:upload": "needs an archive; test_importing.py sees it recorded",
}
Posted = dict[str, Any]
MEETUP = {
    "title": "A pint after the show",
    "day": (timezone.localdate() + timedelta(days=20)).isoformat(),
    "starts": "19:30",
    "ends": "22:00",
    "timezone": "Europe/London",
    "place": "The foyer",
}
# What a consultant may not do even with an owner's rights, so that alice does it.
FOR_MEMBERS = {
    "accounts:invite_again",
    "accounts:invite_not",
    "accounts:member_hand_over",
    "accounts:member_remove",
    "accounts:member_role",
    "accounts:members",
    "accounts:token_end",
    "accounts:tokens",
    "coaching:reader_add",
    "coaching:reader_remove",
    "coaching:webhook_change",
    "coaching:webhooks",
}
# Before these one says once more who one is.
AFTER_KNOWING_AGAIN = {"coaching:takeaway", "coaching:deletion"}
# What a POST that is right records: the route, its last argument if it has one, the form, the deeds.
RECORDED: dict[str, tuple[str | None, Posted, list[str]]] = {
    "coaching:person_change": ("message", {"what": "note", "text": "Likes matinees."}, ["person_note"]),
    "coaching:person_forget": ("message", {}, ["person_forgotten"]),
    "coaching:meetup_new": (None, MEETUP, ["meetup_planned"]),
    "coaching:meetup_calendar": (None, {}, ["meetup_calendar_renewed"]),
    "coaching:meetup_edit": ("meetup", MEETUP, ["meetup_changed"]),
    "coaching:meetup_decide": ("meetup", {"decision": "publish"}, ["meetup_published"]),
    "coaching:reader_add": (None, {"email": "board@example.org"}, ["digest_reader_asked"]),
    "coaching:reader_remove": ("reader", {}, ["digest_reader_removed"]),
    "coaching:webhooks": (
        None,
        {"url": "https://a.test/hook", "events": ["suggestion.new"]},
        ["webhook_added"],
    ),
    "coaching:webhook_change": ("webhook", {"what": "off"}, ["webhook_off"]),
    "coaching:report_card_publish": (
        None,
        {"period": "own", "since": "2026-05-01", "until": "2026-05-31", "days": "90", "thing": ""},
        ["report_card_published"],
    ),
    "coaching:report_card_extend": ("card", {}, ["report_card_extended"]),
    "coaching:report_card_revoke": ("card", {}, ["report_card_revoked"]),
    "coaching:settings": (None, {"timezone": "Europe/London", "also_ours": ""}, ["settings_changed"]),
    "coaching:post_correct": ("post", {"kind": "share"}, ["post_corrected"]),
    "coaching:draft_rewriting": (None, {"on": "yes"}, ["rewriting_on"]),
    "coaching:client_notes": (None, {"text": "Well answered!", "shared": "on"}, ["client_note_shared"]),
    "coaching:client_note": ("note", {"text": "Well answered!", "shared": "on"}, ["client_note_shared"]),
    "coaching:suggestion_decide": ("suggestion", {"decision": "dismiss"}, ["suggestion_dismissed"]),
    "coaching:suggestion_undo": ("dismissed", {}, ["suggestion_undone"]),
    "coaching:budget": (None, {"dollars": "5"}, ["budget_set"]),
    "coaching:archive_asked": (None, {"network": "twitter"}, ["archive_asked_for"]),
    "coaching:archive_here": (None, {"network": "facebook"}, ["archive_no_longer_awaited"]),
    "coaching:account_disconnect": ("account", {"posts": "keep"}, ["disconnected"]),
    "coaching:takeaway": (None, {}, ["export_asked"]),
    "coaching:deletion": (None, {"name": " gull  theatre"}, ["deletion_asked"]),
    "coaching:retention": (None, {"x_text_days": "30"}, ["retention_changed"]),
    "accounts:tokens": (
        None,
        {"name": "Reports", "role": "viewer", "scope": "read", "ends": "90"},
        ["token_created"],
    ),
    "accounts:token_end": ("token", {}, ["token_revoked"]),
    "accounts:organization": (None, {"name": "Gull & Sons"}, ["organization_changed"]),
    "accounts:address_change": (None, {"slug": "gull-and-sons"}, ["address_changed"]),
    "accounts:members": (None, {"email": "frida@example.org", "role": "editor"}, ["invitation_sent"]),
    "accounts:invite_again": ("invitation", {}, ["invitation_sent"]),
    "accounts:invite_not": ("invitation", {}, ["invitation_revoked"]),
    "accounts:member_role": ("member", {"role": "editor"}, ["role_changed"]),
    "accounts:member_remove": ("member", {}, ["member_removed"]),
    "accounts:member_hand_over": ("member", {}, ["role_changed", "role_changed", "handed_over"]),
}
# Downloads change nothing here, but what leaves the house is remembered.
TAKEN_AWAY = {
    "coaching:export_posts": ["table_exported"],
    "coaching:export_messages": ["table_exported"],
    "coaching:export_weeks": ["table_exported"],
    "coaching:trail_table": ["trail_exported"],
    "coaching:person_held": ["person_held"],
    "coaching:meetup_tags": ["meetup_tags_printed"],
}


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def deeds(cast: make.Cast) -> list[AuditEvent]:
    with scope([cast.theatre.pk]):
        return list(cast.theatre.auditevents.order_by("pk"))


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


def routes(patterns: Any = None, space: str = "", path: str = "") -> Iterator[tuple[str, list[str]]]:
    """(name, kinds of arguments after the organization) of all routes below /o/<organization>/."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from routes(pattern.url_patterns, inner, here)
        elif here.startswith("o/<slug:organization>/"):
            yield f"{space}{pattern.name}", re.findall(r"<(\w+):", here)[1:]


KINDS = dict(routes())


def address(name: str, argument: object = None) -> str:
    """The address of a route of the theatre, about this thing or about number 1."""
    usual = {"int": 1, "str": "2026-09-28", "slug": "a", "uuid": uuid.UUID(int=1)}
    given = [argument if argument is not None else usual[kind] for kind in KINDS[name]]
    return reverse(name, args=["theatre", *given])


@pytest.fixture
def carol(cast: make.Cast) -> User:
    """Who may do everything here, as a consultant with an owner's rights."""
    return make.consultant(cast.theatre, role=Role.OWNER)


@pytest.fixture
def things(cast: make.Cast, carol: User) -> dict[str, int]:
    """One of everything that can be changed, by what it is."""
    asked = make.message(1, "@gulltheatre is there a matinee?")
    account = make.pulled(cast.theatre, *(make.post(n) for n in range(1, 3)), messages=[asked])
    with scope([cast.theatre.pk]):
        tried: dict[str, Any] = {"rule": "ask_questions", "metric": "question_share", "evidence": "hubspot"}
        tried["params"] = {"k": 1, "n": 14, "over_weeks": 4}
        first, second = (
            cast.theatre.suggestions.create(**tried, state=state, as_of=make.NOW.date())
            for state in (Suggestion.State.OPEN, Suggestion.State.DISMISSED)
        )
        hook, _secret = hooks.add(cast.theatre, "https://a.test/", [], by=cast.alice, now=make.NOW)
        note = client_notes.write(
            cast.theatre, carol.practices.get(), text="Mind the gap.", shared=False, by=carol, now=make.NOW
        )
        reader = cast.theatre.subscriptions.create(email="r@example.org", next_week=make.NOW.date())
        wish = tokens.Wish("Reports", writes=False, expires_at=None)
        token = tokens.issue_for(cast.theatre, wish, role=Role.VIEWER, by=cast.alice, now=make.NOW).token
        awaited_archives.ask(cast.theatre, Network.FACEBOOK, by=cast.alice, now=make.NOW)
        return {
            "card": make.card(cast.theatre, by=cast.alice, at=timezone.now(), days=30).pk,
            "post": cast.theatre.posts.values_list("pk", flat=True)[0],
            "message": cast.theatre.messages.values_list("pk", flat=True)[0],
            "account": account.pk,
            "reader": reader.pk,
            "webhook": hook,
            "note": note.pk,
            "suggestion": first.pk,
            "dismissed": second.pk,
            "token": token.pk,
            "meetup": planning.begin(
                cast.theatre,
                replace(
                    PLAN,
                    starts_at=timezone.now() + timedelta(days=9),
                    ends_at=timezone.now() + timedelta(days=10),
                ),
                by=cast.alice,
                now=make.NOW,
            ).pk,
            "member": cast.bob.memberships.get().pk,
            "invitation": inviting.invite(
                cast.theatre, "gus@example.org", Role.VIEWER, by=cast.alice, now=make.NOW
            ).pk,
        }


def test_every_route_that_changes_something_records_it_or_is_a_listed_exception(
    cast: make.Cast, things: dict[str, int], carol: User
) -> None:
    client = browser(carol)
    changing = {name for name in KINDS if client.post(address(name, 10**9)).status_code != 405}
    assert changing == {*SILENT, *RECORDED}


@pytest.mark.parametrize("name", RECORDED)
def test_what_is_done_is_in_the_trail(
    cast: make.Cast, things: dict[str, int], carol: User, name: str
) -> None:
    thing, form, deed = RECORDED[name]
    before = len(deeds(cast))
    practice = carol.practices.get().pk
    who, coming_for = (cast.alice, None) if name in FOR_MEMBERS else (carol, practice)
    form = {**form, "practice": practice}  # for notes; nothing else asks
    client = browser(who)
    if name in AFTER_KNOWING_AGAIN:
        client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    answer = client.post(address(name, things[thing] if thing else None), form)
    assert answer.status_code in (200, 302), answer.content.decode()
    made = deeds(cast)[before:]
    assert [event.action for event in made] == deed
    assert {(event.actor_id, event.address) for event in made} == {(who.pk, "127.0.0.1")}
    assert {event.practice_id for event in made} == {coming_for}


@pytest.mark.parametrize("name", TAKEN_AWAY)
def test_what_is_taken_away_is_in_the_trail(
    cast: make.Cast, things: dict[str, int], carol: User, name: str
) -> None:
    before = len(deeds(cast))
    thing = {"coaching:person_held": "message", "coaching:meetup_tags": "meetup"}.get(name, "")
    assert browser(carol).get(address(name, things.get(thing))).status_code == 200
    assert [event.action for event in deeds(cast)[before:]] == TAKEN_AWAY[name]


def record(cast: make.Cast, action: str, *, by: User | None, ago: int = 0, **told: Any) -> None:
    """Something that was done that many days ago."""
    with scope([cast.theatre.pk]):
        audit.record(cast.theatre, action, by=by, at=timezone.now() - timedelta(days=ago), **told)


def read(user: User, query: str = "") -> str:
    return browser(user).get(PAGE + query).content.decode()


def test_owners_read_it_in_words_and_others_do_not(cast: make.Cast) -> None:
    account = make.connection(cast.theatre)
    record(cast, "disconnected", by=cast.erin, target=account.pk, network="twitter", erased=True)
    said = read(cast.alice)
    assert "erin@example.org</strong> disconnected an account: @gulltheatre" in said
    assert "X (Twitter), with its posts" in said
    for user in (cast.erin, cast.bob):
        assert browser(user).get(PAGE).status_code == 403
        assert browser(user).get(TABLE).status_code == 403
    assert browser(cast.dave).get(PAGE).status_code == 404


def test_it_says_from_where_and_on_whose_behalf(cast: make.Cast) -> None:
    practice = Practice.objects.create(slug="c-co", name="Carol & Co")
    with audit.coming_from(Origin("203.0.113.9", practice.pk, 4_000_000)):
        record(cast, "budget_set", by=cast.erin, network="twitter")
    said = read(cast.alice)
    assert "(Carol &amp; Co)" in said
    assert "from 203.0.113.9" in said
    assert "with the token one that is gone" in said


def test_whoever_has_left_has_no_name_here(cast: make.Cast) -> None:
    record(cast, "role_changed", by=cast.erin, target=cast.bob.pk, to="viewer")
    record(cast, "disconnected", by=None, target=4_000_000)
    cast.erin.delete()
    User.objects.filter(pk=cast.bob.pk).update(name="Bob <b>")
    said = read(cast.alice)
    assert "somebody who has left</strong> changed somebody’s role: Bob &lt;b&gt;" in said
    assert "Engage</strong> disconnected an account: one that is gone" in said
    assert "erin@example.org" not in said


def test_it_is_filtered_by_person_deed_and_time(cast: make.Cast) -> None:
    record(cast, "budget_set", by=cast.alice, ago=40)
    record(cast, "settings_changed", by=cast.erin, ago=20)
    record(cast, "digest_bounced", by=None)

    def found(query: str) -> list[str]:
        form = browser(cast.alice).get(PAGE + query).context["form"].cleaned_data
        with scope([cast.theatre.pk]):
            return [event.action for event in trail.newest_first(cast.theatre, form)]

    day = (timezone.now() - timedelta(days=30)).date().isoformat()
    assert found("") == ["digest_bounced", "settings_changed", "budget_set"]
    assert found(f"?who={cast.erin.pk}") == ["settings_changed"]
    assert found("?who=engage") == ["digest_bounced"]
    assert found("?deed=budget_set") == ["budget_set"]
    assert found(f"?since={day}") == ["digest_bounced", "settings_changed"]
    assert found(f"?until={day}") == ["budget_set"]
    assert found(f"?who={cast.dave.pk}&deed=nonsense&since=never") == found("")
    assert "No change like that" in read(cast.alice, "?deed=connected")


def test_long_trails_are_turned_page_by_page_without_gap_or_repeat(cast: make.Cast) -> None:
    at = timezone.now()
    with scope([cast.theatre.pk]):
        for _n in range(trail.SHOWN * 2 + 3):
            audit.record(cast.theatre, "budget_set", by=cast.alice, at=at)  # all in the same moment
    seen, query = [], ""
    while True:
        page = browser(cast.alice).get(PAGE + query).context["page"]
        seen += page.lines
        if page.older is None:
            break
        query = "?" + urlencode({"after": page.older})
    assert len(seen) == trail.SHOWN * 2 + 3
    for wrong in ("?after=x", "?after=2026-01-01~5", "?after=2026-01-01T00:00:00%2B00:00~x", "?after=~"):
        assert browser(cast.alice).get(PAGE + wrong).status_code == 400


def test_a_page_costs_the_same_however_much_is_on_it(
    cast: make.Cast, django_assert_max_num_queries: Any
) -> None:
    for n in range(45):
        record(cast, "disconnected", by=cast.erin, target=n)
        record(cast, "token_revoked", by=cast.bob, target=n)
    with scope([cast.theatre.pk]), django_assert_max_num_queries(7):
        assert len(trail.page(cast.theatre, {}).lines) == trail.SHOWN


def test_the_table_holds_what_the_page_shows_and_no_formula(cast: make.Cast) -> None:
    User.objects.filter(pk=cast.erin.pk).update(name="=cmd|' /C calc'!A1")
    record(cast, "suggestion_taken", by=cast.erin, target=5, rule="ask_questions")
    answer: Any = browser(cast.alice).get(TABLE + "?deed=suggestion_taken")
    rows = list(
        csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode().removeprefix("\ufeff")))
    )
    assert [(row["who"], row["deed"], row["target"], row["details"]) for row in rows] == [
        ("'=cmd|' /C calc'!A1", "suggestion_taken", "5", "ask questions")
    ]


def test_nothing_of_another_organization_is_in_it(cast: make.Cast) -> None:
    record(cast, "budget_set", by=cast.alice)
    rivals = browser(cast.dave).get("/o/rival/settings/trail/")
    assert rivals.status_code == 200
    assert rivals.context["page"].lines == ()
    assert "alice@example.org" not in rivals.content.decode()
