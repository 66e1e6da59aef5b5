"""The pages of a meetup: planned by staff, read and answered by everybody, held at the door."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.tenancy import scope
from coaching.meetups import door, links, often, planning, tending
from coaching.models import Meetup, MeetupGuest, Suggestion
from tests import make
from tests.coaching.meetups import stage

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FORM = {
    "title": "A pint after the show",
    "day": (timezone.localdate() + 20 * DAY).isoformat(),
    "starts": "19:30",
    "ends": "22:00",
    "timezone": "Europe/London",
    "place": "The foyer",
    "capacity": "2",
    "hashtag": "#GullPint",
}
WISH = {"name": "Ana", "email": "ana@example.net", "network": "twitter"}


@pytest.fixture(autouse=True)
def _quiet_cache() -> None:
    """Nobody has filled in a form in this hour."""
    cache.clear()


@pytest.fixture
def cast() -> make.Cast:
    """The theatre and its people."""
    return make.cast()


@pytest.fixture
def pint(cast: make.Cast) -> Meetup:
    """A public meetup in nine days by today's calendar."""
    now = timezone.now()
    return stage.public(
        cast.theatre, by=cast.alice, now=now, starts_at=now + 9 * DAY, ends_at=now + 9 * DAY + DAY / 8
    )


def browser(user: User | None = None) -> Client:
    made = Client()
    if user:
        made.force_login(user)
    return made


def at(name: str, *arguments: object) -> str:
    return reverse(f"coaching:{name}", args=["theatre", *arguments])


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def begun(meetup: Meetup) -> Meetup:
    """The meetup runs since an hour ago."""
    now = timezone.now()
    with scope([meetup.organization_id]):
        Meetup.across_organizations.filter(pk=meetup.pk).update(
            starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=2)
        )
    return stage.fresh(meetup)


def test_planned_by_an_editor_and_seen_outside_once_public(cast: make.Cast) -> None:
    erin, anybody = browser(cast.erin), browser()
    meetup = erin.post(at("meetup_new"), FORM)["Location"]
    assert "Not public yet" in words(erin.get(meetup))
    with scope([cast.theatre.pk]):
        kept = cast.theatre.meetups.get()
        assert [event.action for event in cast.theatre.auditevents.all()] == ["meetup_planned"]
    public = stage.path(links.public_url(kept))
    assert anybody.get(public).status_code == 404
    assert erin.post(f"{meetup}decide/", {"decision": "publish"}).status_code == 302
    page = anybody.get(public)
    assert "A pint after the show" in words(page)
    assert "19:30" in words(page)
    assert "2 places are left." in words(page)
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert 'name="robots" content="noindex' in words(page)
    bob = browser(cast.bob)
    assert bob.get(at("meetup_new")).status_code == 403
    assert "A pint after the show" in words(bob.get(at("meetups")))


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("title", " ", "Fill in “What is it called?”."),
        ("place", "", "Write where you meet"),
        ("day", "2020-01-01", "lies in the past"),
        ("day", "0001-01-01", "these years"),
        ("day", "9999-12-31", "these years"),
        ("ends", "19:30", "when it is over"),
        ("capacity", "0", "Write a number from 1 to 10,000"),
        ("capacity", "99999999", "Write a number from 1 to 10,000"),
        ("hashtag", "#two words", "one word"),
        ("hashtag", "2026", "one word"),
        ("timezone", "Mars/Olympus", "Choose “By the clock of” from the list."),
        ("online_url", "javascript:alert(1)", "Write a whole address"),
        ("title", "x" * 121, "Shorten it to 120 characters."),
    ],
)
def test_a_plan_that_does_not_hold_says_what_to_do_and_keeps_the_rest(
    cast: make.Cast, field: str, value: str, told: str
) -> None:
    answer = browser(cast.alice).post(at("meetup_new"), {**FORM, field: value})
    assert answer.status_code == 422
    assert told in words(answer)
    assert "#GullPint" in words(answer) or field == "hashtag"
    with scope([cast.theatre.pk]):
        assert not cast.theatre.meetups.exists()


def test_hours_that_the_clocks_skip_or_repeat_are_told(cast: make.Cast) -> None:
    alice = browser(cast.alice)

    def post(day: str, starts: str, ends: str) -> Any:
        return alice.post(at("meetup_new"), {**FORM, "day": day, "starts": starts, "ends": ends})

    assert "does not exist" in words(post("2027-03-28", "01:30", "03:00"))
    assert "comes twice" in words(post("2027-10-30", "22:00", "01:30"))
    assert post("2027-10-30", "22:00", "02:30").status_code == 302
    with scope([cast.theatre.pk]):
        meetup = cast.theatre.meetups.get()
    assert meetup.ends_at - meetup.starts_at == timedelta(hours=5, minutes=30)


def test_the_suggestion_to_meet_is_taken_with_the_plan(cast: make.Cast) -> None:
    make.pulled(cast.theatre, *(make.post(n) for n in range(1, 15)))
    with scope([cast.theatre.pk]):
        made = Suggestion.across_organizations.create(
            organization=cast.theatre,
            rule="plan_a_meetup",
            metric="converse_share",
            evidence="own_feed",
            as_of=make.NOW.date(),
            params={"k": 1, "n": 14, "over_weeks": 4, "regulars": 14},
            baseline=0.07,
            target=0.17,
        )
    alice = browser(cast.alice)
    assert at("meetup_new") in words(alice.get(at("suggestions")))
    assert at("meetup_new") not in words(browser(cast.bob).get(at("suggestions")))
    alice.post(at("meetup_new"), FORM)
    with scope([cast.theatre.pk]):
        made.refresh_from_db()
    assert (made.state, made.decided_by_id) == ("taken", cast.alice.pk)


def sign_up(meetup: Meetup, **wish: str) -> Any:
    return browser().post(stage.path(links.public_url(meetup)), {**WISH, **wish})


def test_signing_up_confirming_changing_cancelling_and_deleting(pint: Meetup) -> None:
    answer = sign_up(pint, handle=" @ana ", link="on")
    assert answer["Location"].endswith("/asked/")
    assert "Check your mail" in words(browser().get(answer["Location"]))
    mine, anybody = stage.mine(pint, "ana"), browser()
    assert "Is this your address?" in words(anybody.get(mine))
    assert stage.guest(pint, "ana").state == "asked"  # a look, as mail scanners take, confirms nothing
    anybody.post(mine, {"what": "confirm"})
    page = words(anybody.get(mine))
    assert "You have a place" in page
    assert "data:image/svg+xml" in page
    anybody.post(mine, {"what": "change", "name": "Ana Lima", "network": "twitter"})
    ana = stage.guest(pint, "ana")
    assert (ana.name, ana.handle) == ("Ana Lima", "")
    wrong = anybody.post(mine, {"what": "change", "name": "", "network": "twitter"})
    assert wrong.status_code == 422
    anybody.post(mine, {"what": "cancel"})
    assert "You have cancelled" in words(anybody.get(mine))
    assert "Everything about you is deleted" in words(anybody.post(mine, {"what": "delete"}))
    assert anybody.get(mine).status_code == 410
    assert anybody.post(mine, {"what": "confirm"}).status_code == 410
    assert stage.states(pint) == {}


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"name": ""}, "Fill in “Your name”."),
        ({"name": "https://spam.example buy"}, "not a link"),
        ({"name": "x" * 121}, "Shorten it to 120 characters."),
        ({"email": "nobody"}, "Write a whole email address"),
        ({"email": "a@b.c\nBcc: x@example.org"}, "Write a whole email address"),
        ({"handle": "ana"}, "Say yes here"),
        ({"handle": "ana lima", "link": "on"}, "one word"),
        ({"network": "friendster"}, "Choose “Where it is” from the list."),
        ({"name": "Ana\x00"}, "a sign that nobody can see"),
    ],
)
def test_a_form_that_does_not_hold_says_what_to_do_and_keeps_the_rest(
    pint: Meetup, wish: dict[str, str], told: str
) -> None:
    answer = sign_up(pint, **wish)
    assert answer.status_code == 422
    assert told in words(answer)
    assert stage.states(pint) == {}


def test_signs_that_nobody_sees_are_not_kept(pint: Meetup, cast: make.Cast) -> None:
    sign_up(pint, name="Ana\x0bLima \u202egnp.exe\u202c\x01")
    assert stage.guest(pint, "ana").name == "Ana Lima gnp.exe"
    browser(cast.alice).post(at("meetup_edit", pint.pk), {**FORM, "place": "The\x0bfoyer"})
    assert stage.fresh(pint).place == "The foyer"


def test_without_consent_no_handle_is_kept(pint: Meetup) -> None:
    sign_up(pint, link="on")
    ana = stage.guest(pint, "ana")
    assert (ana.network, ana.handle) == ("", "")


def test_markup_in_a_name_is_only_text(pint: Meetup, cast: make.Cast) -> None:
    sign_up(pint, name="<script>alert(1)</script>")
    assert browser().post(stage.mine(pint, "ana"), {"what": "confirm"}).status_code == 302
    for page in (at("meetup", pint.pk), at("meetup_door", pint.pk)):
        told = words(browser(cast.alice).get(page))
        assert "&lt;script&gt;alert" in told
        assert "<script>alert" not in told
    assert "<script>alert" not in words(browser().get(stage.mine(pint, "ana")))


def test_machines_that_fill_in_everything_are_thanked_and_forgotten(pint: Meetup) -> None:
    answer = sign_up(pint, website="https://spam.example")
    assert answer["Location"].endswith("/asked/")
    assert stage.states(pint) == {}


def test_one_visitor_may_not_fill_the_list(pint: Meetup) -> None:
    got = [sign_up(pint, email=f"a{n}@example.net").status_code for n in range(often.A_VISITOR + 2)]
    assert got == [302] * often.A_VISITOR + [429] * 2
    assert len(stage.states(pint)) == often.A_VISITOR


def test_a_visitor_who_sends_too_much_closes_the_form_for_nobody_else(pint: Meetup) -> None:
    now = timezone.now()
    for _ in range(often.A_MEETUP + 1):
        often.may_ask("192.0.2.1", pint.pk, now=now)
    assert not often.may_ask("192.0.2.1", pint.pk, now=now)
    assert often.may_ask("192.0.2.2", pint.pk, now=now)


def test_all_visitors_together_may_not_flood_a_meetup(pint: Meetup) -> None:
    now = timezone.now()
    for number in range(often.A_MEETUP):
        assert often.may_ask(f"visitor {number}", pint.pk, now=now)
    assert not often.may_ask("one more", pint.pk, now=now)


def test_what_has_been_is_not_moved_to_another_day(pint: Meetup, cast: make.Cast) -> None:
    now = timezone.now()
    with scope([pint.organization_id]):
        Meetup.across_organizations.update(starts_at=now - 2 * DAY, ends_at=now - 2 * DAY + DAY / 8)
    answer = browser(cast.alice).post(at("meetup_edit", pint.pk), FORM)
    assert answer.status_code == 422
    assert "This meetup has been" in words(answer)


def test_whether_an_address_is_on_the_list_is_not_told(pint: Meetup) -> None:
    stage.comes(pint, "ana", now=timezone.now())
    known, new = sign_up(pint), sign_up(pint, email="new@example.net")
    assert (known.status_code, known["Location"]) == (new.status_code, new["Location"])


def test_links_that_were_altered_or_are_somebody_elses_open_nothing(pint: Meetup, cast: make.Cast) -> None:
    stage.comes(pint, "ana", now=timezone.now())
    other = stage.public(
        cast.rival, by=cast.dave, now=timezone.now(), starts_at=pint.starts_at, ends_at=pint.ends_at
    )
    mine, anybody = stage.mine(pint, "ana"), browser()
    assert anybody.get(mine.replace(pint.token, other.token)).status_code == 410
    assert anybody.get(mine[:-3] + "xx/").status_code == 410
    assert anybody.get("/meet/nothing-like-that/").status_code == 404
    assert anybody.get(f"/meet/{pint.token}%00/").status_code == 404
    assert anybody.get("/meet/calendar/1.forged.ics").status_code == 404
    assert anybody.get(at("meetup", pint.pk)).status_code == 302
    assert browser(cast.dave).get(f"/o/rival/meetups/{pint.pk}/").status_code == 404


def test_the_public_page_names_nobody(pint: Meetup) -> None:
    stage.comes(pint, "zelda", now=timezone.now(), handle="zelda_at_x", network="twitter")
    told = words(browser().get(stage.path(links.public_url(pint))))
    assert "zelda" not in told.lower()
    assert "One place is left." in told
    passed = words(browser().get(f"/meet/{pint.token}/pass/{stage.guest(pint, 'zelda').code}/"))
    assert "This is a pass" in passed
    assert "zelda" not in passed.lower()


def test_viewers_see_how_many_come_but_not_who(pint: Meetup, cast: make.Cast) -> None:
    stage.comes(pint, "zelda", now=timezone.now())
    bob = browser(cast.bob)
    page = words(bob.get(at("meetup", pint.pk)))
    assert "One person said yes" in page
    assert "Zelda" not in page
    for name in ("meetup_door", "meetup_tags", "meetup_after", "meetup_edit", "meetup_invite"):
        assert bob.get(at(name, pint.pk)).status_code == 403
    assert bob.post(at("meetup_decide", pint.pk), {"decision": "call_off"}).status_code == 403


def test_at_the_door_passes_are_scanned_names_ticked_and_walk_ins_written_down(
    pint: Meetup, cast: make.Cast
) -> None:
    for who in ("ana", "ben", "cleo"):
        stage.comes(pint, who, now=timezone.now())
    erin, page = browser(cast.erin), at("meetup_door", pint.pk)
    erin.post(page, {"here": stage.guest(pint, "ana").pk})
    assert stage.guest(pint, "ana").came_at is None  # nine days too early
    pint = begun(pint)
    scanned = erin.get(stage.path(links.pass_url(pint, stage.guest(pint, "ana"))))
    assert scanned.status_code == 302
    assert "Tick off as here" in words(erin.get(scanned["Location"]))
    for _ in range(2):
        erin.post(scanned["Location"])
    assert "Is here" in words(erin.get(scanned["Location"]))
    erin.post(page, {"here": stage.guest(pint, "cleo").pk})
    erin.post(page, {"name": "  Dora   Diaz "})
    told = words(erin.get(page))
    assert "3 of 4 are here" in told
    assert "Dora Diaz" in told
    with scope([pint.organization_id]):
        dora = MeetupGuest.across_organizations.get(name="Dora Diaz")
    erin.post(page, {"undo": dora.pk})
    erin.post(page, {"undo": stage.guest(pint, "ana").pk})
    erin.post(page, {"remove": stage.guest(pint, "ben").pk})
    assert stage.states(pint) == {"ana": "coming", "cleo": "coming"}
    assert "1 of 2 are here" in words(erin.get(page))
    with scope([pint.organization_id]):
        assert cast.theatre.auditevents.filter(action="meetup_guest_removed").count() == 1
    assert erin.get(f"{page}no-such-code/").status_code == 404
    assert erin.post(page, {"here": "²"}).status_code == 404


def test_a_pass_of_another_meetup_opens_no_door(pint: Meetup, cast: make.Cast) -> None:
    ana = stage.comes(pint, "ana", now=timezone.now())
    other = stage.public(
        cast.theatre, by=cast.alice, now=timezone.now(), starts_at=pint.starts_at, ends_at=pint.ends_at
    )
    answer = browser(cast.alice).get(at("meetup_pass", other.pk, ana.code))
    assert answer.status_code == 404
    assert "not on the list" in words(answer)


def test_things_to_do_are_ticked_added_and_taken_away(pint: Meetup, cast: make.Cast) -> None:
    alice, page = browser(cast.alice), at("meetup", pint.pk)
    assert "To do: 0 of 5 done" in words(alice.get(page))
    with scope([pint.organization_id]):
        first, second = pint.tasks.order_by("pk")[:2]
    alice.post(f"{page}tasks/", {"done": first.pk})
    alice.post(f"{page}tasks/", {"add": "1", "text": " Order   crisps "})
    alice.post(f"{page}tasks/", {"add": "1", "text": " "})
    alice.post(f"{page}tasks/", {"drop": second.pk})
    told = words(alice.get(page))
    assert "To do: 1 of 5 done" in told
    assert "Order crisps" in told
    assert "Write what there is to do" in told
    alice.post(f"{page}tasks/", {"open": first.pk})
    assert "To do: 0 of 5 done" in words(alice.get(page))


def test_a_full_list_of_things_to_do_says_so(pint: Meetup, cast: make.Cast) -> None:
    alice, page = browser(cast.alice), at("meetup", pint.pk)
    with scope([pint.organization_id]):
        for number in range(planning.TASKS_AT_MOST - pint.tasks.count()):
            planning.add_task(pint, f"Chair {number}")
    alice.post(f"{page}tasks/", {"add": "1", "text": "One chair more"})
    told = words(alice.get(page))
    assert "The list is full." in told
    assert "One chair more" not in told


def test_a_public_meetup_ahead_is_called_off_before_it_is_deleted(pint: Meetup, cast: make.Cast) -> None:
    stage.comes(pint, "ana", now=timezone.now())
    alice, decide = browser(cast.alice), at("meetup_decide", pint.pk)
    assert alice.post(decide, {"decision": "delete"}).status_code == 400
    alice.post(decide, {"decision": "call_off"})
    alice.post(decide, {"decision": "call_off"})
    public = words(browser().get(stage.path(links.public_url(pint))))
    assert "has been called off" in public
    assert "I will come" not in public
    assert sign_up(pint, email="late@example.net").status_code == 422
    assert "has been called off" in words(browser().get(stage.mine(pint, "ana")))
    assert [kind for kind, _ in stage.kinds(pint, "ana")] == ["confirm", "place", "cancelled"]
    told = alice.post(decide, {"decision": "delete"}, follow=True)
    assert "Its guests are being told right now" in words(told)
    stage.beat(timezone.now() + timedelta(minutes=1))
    assert stage.kinds(pint, "ana")[-1] == ("cancelled", "sent")
    alice.post(decide, {"decision": "delete"})
    with scope([cast.theatre.pk]):
        assert not cast.theatre.meetupguests.exists()
        assert [event.action for event in cast.theatre.auditevents.order_by("pk")] == [
            "meetup_planned",
            "meetup_published",
            "meetup_cancelled",
            "meetup_deleted",
        ]
    assert browser().get(stage.path(links.public_url(pint))).status_code == 404


def test_a_meetup_of_the_past_is_not_made_public(cast: make.Cast) -> None:
    now = timezone.now()
    draft = stage.planned(cast.theatre, by=cast.alice, starts_at=now - DAY, ends_at=now - DAY / 2)
    answer = browser(cast.alice).post(at("meetup_decide", draft.pk), {"decision": "publish"}, follow=True)
    assert "Its day is over. Change the plan first" in words(answer)
    assert stage.fresh(draft).state == "draft"


def test_what_is_over_can_be_looked_back_at_and_still_be_ticked(pint: Meetup, cast: make.Cast) -> None:
    now = timezone.now()
    ana = stage.comes(pint, "ana", now=now, handle="ana", network="twitter")
    alice = browser(cast.alice)
    assert alice.get(at("meetup_after", pint.pk)).status_code == 302
    with scope([pint.organization_id]):
        Meetup.across_organizations.update(starts_at=now - 2 * DAY, ends_at=now - 2 * DAY + DAY / 8)
        over = stage.fresh(pint)
        assert door.welcome(over, ana.pk, by=cast.alice, now=now)
    assert tending.thank_at(over) < now
    due = stage.fresh(pint).due_at
    assert due is not None
    assert due <= now
    page = words(alice.get(at("meetup_after", pint.pk)))
    assert "One person came" in page
    assert "Too early" in page
    assert "not like those who do not" in page
    alice.post(at("meetup_after", pint.pk), {"written": ana.pk})
    assert "I have thanked them" not in words(alice.get(at("meetup_after", pint.pk)))
    alice.post(at("meetup_after", pint.pk), {"unwritten": ana.pk})
    assert "I have thanked them" in words(alice.get(at("meetup_after", pint.pk)))


def test_the_name_tags_are_a_pdf_even_before_anybody_comes(pint: Meetup, cast: make.Cast) -> None:
    answer = browser(cast.alice).get(at("meetup_tags", pint.pk))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
