"""Who comes: the mail to confirm, the last place, the waiting list, changes of mind, deletion."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import person_page
from coaching.meetups import invitations, planning, replies, tending
from coaching.models import Meetup, MeetupGuest, MeetupInvite
from tests import make
from tests.coaching.meetups import stage

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def cast() -> make.Cast:
    """The theatre and its people."""
    return make.cast()


@pytest.fixture
def pint(cast: make.Cast) -> Meetup:
    """A meetup with two places."""
    return stage.public(cast.theatre, by=cast.alice)


def test_a_place_is_theirs_once_the_address_is_confirmed(pint: Meetup) -> None:
    ana = stage.ask(pint, "ana")
    assert (ana.state, ana.holds_until) == ("asked", make.NOW + 2 * HOUR)
    assert stage.comes(pint, "ana").state == "coming"
    assert stage.kinds(pint, "ana") == [("confirm", "queued"), ("place", "queued")]


def test_confirming_twice_gives_one_place_and_one_mail(pint: Meetup) -> None:
    stage.comes(pint, "ana")
    with scope([pint.organization_id]):
        replies.confirm(stage.guest(pint, "ana"), now=make.NOW + HOUR)
    assert [kind for kind, _ in stage.kinds(pint, "ana")] == ["confirm", "place"]


def test_who_comes_late_goes_on_the_waiting_list(pint: Meetup) -> None:
    for who in ("ana", "ben", "cleo", "dora"):
        stage.comes(pint, who)
    assert stage.states(pint) == {"ana": "coming", "ben": "coming", "cleo": "waiting", "dora": "waiting"}
    assert stage.kinds(pint, "cleo")[-1] == ("waiting", "queued")


def test_when_somebody_cancels_the_first_in_the_queue_moves_up_and_is_told(pint: Meetup) -> None:
    for minute, who in enumerate(("ana", "ben", "cleo", "dora")):
        stage.comes(pint, who, now=make.NOW + minute * MINUTE)
    with scope([pint.organization_id]):
        replies.cancel(stage.guest(pint, "ana"), now=make.NOW + HOUR)
        replies.cancel(stage.guest(pint, "ana"), now=make.NOW + HOUR)
    assert stage.states(pint) == {"ana": "cancelled", "ben": "coming", "cleo": "coming", "dora": "waiting"}
    assert stage.kinds(pint, "cleo")[-1] == ("moved_up", "queued")
    assert len(stage.kinds(pint, "dora")) == 2


def test_an_unconfirmed_address_holds_a_place_for_two_hours_and_is_deleted_after_two_days(
    pint: Meetup,
) -> None:
    stage.comes(pint, "ana")
    stage.ask(pint, "bot")
    stage.comes(pint, "cleo", now=make.NOW + MINUTE)
    assert stage.states(pint)["cleo"] == "waiting"
    stage.beat(make.NOW + 2 * HOUR + MINUTE)
    assert stage.states(pint) == {"ana": "coming", "bot": "asked", "cleo": "coming"}
    with scope([pint.organization_id]):
        assert replies.confirm(stage.guest(pint, "bot"), now=make.NOW + 3 * HOUR).state == "waiting"
    stage.ask(pint, "late", now=make.NOW + 3 * HOUR)
    stage.beat(make.NOW + 3 * HOUR + 2 * DAY)
    assert "late" not in stage.states(pint)
    assert stage.states(pint)["bot"] == "waiting"


def test_the_waiting_list_comes_before_somebody_new(pint: Meetup) -> None:
    for who in ("ana", "ben", "cleo"):
        stage.comes(pint, who)
    with scope([pint.organization_id]):  # as if the place had become free just now
        MeetupGuest.across_organizations.filter(email__startswith="ana").update(state="cancelled")
        assert not replies.has_room(stage.fresh(pint), make.NOW)
    assert stage.comes(pint, "dora").state == "waiting"


def test_an_address_that_is_on_the_list_gets_its_link_again_and_nothing_changes(pint: Meetup) -> None:
    stage.comes(pint, "ana", handle="ana", network="twitter")
    for minute in (20, 21):
        with scope([pint.organization_id]):
            replies.ask(
                pint, replies.Wish(name="Mallory", email="ANA@example.net "), now=make.NOW + minute * MINUTE
            )
    ana = stage.guest(pint, "ana")
    assert (ana.state, ana.name, ana.handle) == ("coming", "Ana", "ana")
    assert [kind for kind, _ in stage.kinds(pint, "ana")] == ["confirm", "place", "known"]


def test_one_address_is_not_flooded(pint: Meetup) -> None:
    for minute in range(9):
        stage.ask(pint, "victim", now=make.NOW + minute * MINUTE)
    assert len(stage.kinds(pint, "victim")) == 1
    stage.ask(pint, "victim", now=make.NOW + 11 * MINUTE)
    assert len(stage.kinds(pint, "victim")) == 2


def test_an_address_that_nobody_answers_for_gets_three_mails_and_is_deleted_all_the_same(
    pint: Meetup,
) -> None:
    for hour in range(6):
        stage.ask(pint, "victim", now=make.NOW + hour * HOUR)
    assert stage.kinds(pint, "victim") == [("confirm", "queued")] * 3
    stage.beat(make.NOW + 2 * DAY + 2 * HOUR)
    assert stage.states(pint) == {}


def test_who_cancelled_is_asked_anew_and_again_three_times_at_most(pint: Meetup) -> None:
    stage.comes(pint, "ana")
    with scope([pint.organization_id]):
        replies.cancel(stage.guest(pint, "ana"), now=make.NOW + MINUTE)
    for hour in range(1, 7):
        stage.ask(pint, "ana", now=make.NOW + hour * HOUR)
    assert [kind for kind, _ in stage.kinds(pint, "ana")] == ["confirm", "place", *["confirm"] * 3]


def test_who_was_deleted_a_moment_ago_neither_confirms_nor_changes_anything(
    pint: Meetup, cast: make.Cast
) -> None:
    ana = stage.ask(pint, "ana")
    with scope([pint.organization_id]):
        replies.delete(stage.guest(pint, "ana"), now=make.NOW)
        with pytest.raises(replies.Gone):
            replies.confirm(ana, now=make.NOW)
        with pytest.raises(replies.Gone):
            replies.change(ana, name="Ana", network="", handle="")
        replies.delete(ana, now=make.NOW)
        assert cast.theatre.auditevents.filter(action="meetup_guest_erased").count() == 1
    assert stage.states(pint) == {}


def test_a_worker_leaves_a_meetup_alone_that_was_deleted_meanwhile(cast: make.Cast) -> None:
    draft = stage.planned(cast.theatre, by=cast.alice)
    claimed = tending.claim(cast.theatre.pk, draft.pk, now=make.NOW)
    assert claimed is not None
    with scope([cast.theatre.pk]):
        planning.delete(draft, by=cast.alice, now=make.NOW)
        tending.tend(claimed, now=make.NOW)
        assert not cast.theatre.meetups.exists()
        with pytest.raises(replies.Gone):
            planning.publish(draft, by=cast.alice, now=make.NOW)


def test_that_somebody_was_thanked_goes_with_them_or_with_the_handle(pint: Meetup, cast: make.Cast) -> None:
    for who in ("ana", "ben"):
        stage.comes(pint, who, handle=f"{who}_at_x", network="twitter")
    with scope([pint.organization_id]):
        for who in ("ana", "ben"):
            invitations.mark_thanked(pint, stage.guest(pint, who), written=True, by=cast.alice, now=make.NOW)
        replies.delete(stage.guest(pint, "ana"), now=make.NOW)
        replies.change(stage.guest(pint, "ben"), name="Ben", network="", handle="")
    assert [nowhere(words) for words in ("ana_at_x", "ben_at_x")] == [True, True]


def test_a_plan_whose_day_went_by_and_was_moved_still_forgets_its_guests(cast: make.Cast) -> None:
    draft = stage.planned(cast.theatre, by=cast.alice)
    later = tending.empty_at(draft)
    stage.beat(later)
    ahead = replace(
        stage.PLAN, starts_at=stage.PLAN.starts_at + 60 * DAY, ends_at=stage.PLAN.ends_at + 60 * DAY
    )
    with scope([cast.theatre.pk]):
        with pytest.raises(planning.Past):
            planning.publish(draft, by=cast.alice, now=later)
        planning.change(draft, ahead, by=cast.alice, now=later)
        planning.publish(draft, by=cast.alice, now=later)
    stage.comes(draft, "ana", now=later)
    stage.beat(later)
    moved = stage.fresh(draft)
    stage.beat(tending.empty_at(moved))
    assert nowhere("ana@example.net")


def test_nobody_is_noted_as_invited_once_the_names_are_deleted(pint: Meetup, cast: make.Cast) -> None:
    make.pulled(cast.theatre, messages=[make.message(1, "hello", who="ana")])
    stage.beat(tending.empty_at(pint))
    with scope([cast.theatre.pk]):
        message = cast.theatre.messages.select_related("connection").get()
        invitations.mark(stage.fresh(pint), message, written=True, by=cast.alice, now=make.NOW)
    assert nowhere("id-ana")


def test_who_cancelled_may_come_after_all(pint: Meetup) -> None:
    stage.comes(pint, "ana")
    with scope([pint.organization_id]):
        replies.cancel(stage.guest(pint, "ana"), now=make.NOW + HOUR)
        replies.confirm(stage.guest(pint, "ana"), now=make.NOW + 2 * HOUR)
    assert stage.states(pint) == {"ana": "coming"}
    assert [kind for kind, _ in stage.kinds(pint, "ana")] == ["confirm", "place", "place"]


def test_more_places_are_given_to_those_who_wait_and_fewer_take_none_away(
    pint: Meetup, cast: make.Cast
) -> None:
    for minute, who in enumerate(("ana", "ben", "cleo", "dora")):
        stage.comes(pint, who, now=make.NOW + minute * MINUTE)
    with scope([pint.organization_id]):
        planning.change(pint, replace(stage.PLAN, capacity=3), by=cast.alice, now=make.NOW + HOUR)
    assert stage.states(pint)["cleo"] == "coming"
    with scope([pint.organization_id]):
        planning.change(
            stage.fresh(pint), replace(stage.PLAN, capacity=1), by=cast.alice, now=make.NOW + HOUR
        )
        replies.cancel(stage.guest(pint, "ana"), now=make.NOW + 2 * HOUR)
    assert stage.states(pint) == {"ana": "cancelled", "ben": "coming", "cleo": "coming", "dora": "waiting"}
    with scope([pint.organization_id]):
        planning.change(
            stage.fresh(pint), replace(stage.PLAN, capacity=None), by=cast.alice, now=make.NOW + 3 * HOUR
        )
    assert stage.states(pint)["dora"] == "coming"


def test_nobody_can_sign_up_for_what_is_over_called_off_or_not_public(cast: make.Cast) -> None:
    draft = stage.planned(cast.theatre, by=cast.alice)
    over = stage.public(cast.theatre, by=cast.alice)
    gone = stage.public(cast.theatre, by=cast.alice)
    asked = stage.ask(gone, "ana")
    with scope([cast.theatre.pk]):
        planning.call_off(gone, by=cast.alice, now=make.NOW)
        with pytest.raises(replies.Closed):
            replies.confirm(asked, now=make.NOW)
    for meetup, now in ((draft, make.NOW), (over, stage.PLAN.ends_at), (gone, make.NOW)):
        with pytest.raises(replies.Closed):
            stage.ask(meetup, "cleo", now=now)


def test_deleting_ones_data_leaves_nothing_and_frees_the_place(pint: Meetup) -> None:
    for minute, who in enumerate(("ana", "ben", "cleo")):
        stage.comes(pint, who, now=make.NOW + minute * MINUTE)
    with scope([pint.organization_id]):
        replies.delete(stage.guest(pint, "ana"), now=make.NOW + HOUR)
        [event] = pint.organization.auditevents.filter(action="meetup_guest_erased")
    assert stage.states(pint) == {"ben": "coming", "cleo": "coming"}
    assert (event.target, event.details) == (str(pint.pk), {})
    assert nowhere("ana@example.net")


def nowhere(words: str) -> bool:
    """Whether no table of meetups holds these words."""
    with scope(list(Organization.objects.values_list("pk", flat=True))), connection.cursor() as cursor:
        found = 0
        for table in (
            "coaching_meetup",
            "coaching_meetupguest",
            "coaching_meetupinvite",
            "coaching_meetupmail",
        ):
            cursor.execute(f"SELECT count(*) FROM {table} AS t WHERE t::text ILIKE %s", [f"%{words}%"])  # noqa: S608
            found += cursor.fetchone()[0]
    return found == 0


def test_names_and_addresses_are_deleted_thirty_days_after(pint: Meetup, cast: make.Cast) -> None:
    stage.comes(pint, "ana", handle="ana", network="twitter")
    stage.comes(pint, "ben")
    stage.comes(pint, "cleo")
    with scope([pint.organization_id]):
        MeetupGuest.across_organizations.filter(email__startswith="ana").update(came_at=pint.starts_at)
        MeetupInvite.across_organizations.create(
            organization=cast.theatre, meetup=pint, network="twitter", person="id-ana", at=make.NOW
        )
    stage.beat(tending.empty_at(pint) - MINUTE)
    assert not nowhere("ana@example.net")
    stage.beat(tending.empty_at(pint))
    assert [nowhere(words) for words in ("example.net", "Cleo", "id-ana")] == [True] * 3
    kept = stage.fresh(pint)
    assert (kept.emptied_at, kept.due_at) == (tending.empty_at(pint), None)
    with scope([pint.organization_id]):
        assert replies.guests(kept).filter(came_at__isnull=False).count() == 1
        assert cast.theatre.auditevents.filter(action="meetup_emptied").count() == 1


def test_a_forgotten_person_was_never_invited_and_does_not_come(cast: make.Cast) -> None:
    make.pulled(cast.theatre, messages=[make.message(1, "hello", who="ana")])
    pint = stage.public(cast.theatre, by=cast.alice)
    stage.comes(pint, "ana", handle="ANA", network="twitter")
    stage.comes(pint, "ben", handle="ben", network="twitter")
    stage.comes(pint, "cleo")
    with scope([cast.theatre.pk]):
        for person in ("id-ana", "ana"):
            MeetupInvite.across_organizations.create(
                organization=cast.theatre, meetup=pint, network="twitter", person=person, at=make.NOW
            )
        message = cast.theatre.messages.select_related("connection").get()
        person_page.forget(cast.theatre, message, by=cast.alice, now=make.NOW + HOUR)
    stage.beat(make.NOW + HOUR)
    assert stage.states(pint) == {"ben": "coming", "cleo": "coming"}
    assert nowhere("ana")


def test_the_database_allows_one_place_per_address(pint: Meetup) -> None:
    ana = stage.comes(pint, "ana")
    with scope([pint.organization_id]), pytest.raises(IntegrityError), transaction.atomic():
        MeetupGuest.across_organizations.create(
            organization=pint.organization,
            meetup=pint,
            name="Again",
            email=ana.email,
            code="x",
            asked_at=make.NOW,
        )


@pytest.mark.django_db(transaction=True)
def test_two_ask_at_once_for_the_last_place_and_one_gets_it() -> None:
    cast = make.cast()
    last = stage.public(cast.theatre, by=cast.alice, capacity=1)
    people = [stage.ask(last, f"guest{n}") for n in range(6)]
    assert sum(one.holds_until is not None for one in people) == 1
    with scope([last.organization_id]):  # the hold has run out, all of them press at the same moment
        MeetupGuest.across_organizations.update(holds_until=None)
    together = threading.Barrier(len(people))

    def press(one: MeetupGuest) -> str:
        try:
            with scope([last.organization_id]):
                together.wait()
                return replies.confirm(one, now=make.NOW).state
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(people)) as pool:
        got = sorted(pool.map(press, people))
    assert got == ["coming"] + ["waiting"] * 5
    assert sorted(stage.states(last).values()) == got
