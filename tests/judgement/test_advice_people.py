"""Rules about the people who speak to the account, and about those who come back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coaching.judgement.answering import Intent, State
from coaching.judgement.opening import weekdays
from coaching.judgement.people_figures import Regular
from coaching.judgement.picture import AccountPicture, Targets
from coaching.judgement.rules import answering_people, meeting
from coaching.judgement.verdict import Kind
from tests.judgement.cast import NOW, ZONE, account, posts, runs

FOUR_HOURS = Targets(answer_hours=4)


@pytest.mark.parametrize(
    ("answered", "waiting", "speaks"), [(4, 1, True), (9, 1, False), (5, 0, False), (30, 3, True)]
)
def test_answer_who_waits(answered: int, waiting: int, speaks: bool) -> None:
    picture = account(runs=runs(answered) + runs(waiting, state=State.WAITING, start=50))
    advice = answering_people.answer_who_waits(picture)
    assert (advice is not None) is speaks
    if advice:
        assert advice.baseline == answered / (answered + waiting)
        assert (advice.params["waiting"], advice.params["days"], advice.messages[0]) == (waiting, 10, "m50")


def test_nobody_is_told_before_their_own_time_is_over() -> None:
    def asked(days_ago: float) -> AccountPicture:
        return account(
            runs=runs(20, start=20) + runs(3, state=State.WAITING, days_ago=days_ago), targets=FOUR_HOURS
        )

    assert answering_people.answer_who_waits(asked(4 / 24)) is None
    advice = answering_people.answer_who_waits(asked(4.1 / 24))
    assert advice is not None
    assert (advice.baseline, advice.params["waiting"], advice.params["days"]) == (1.0, 3, 0)
    assert answering_people.answer_who_waits(account(runs=runs(3, state=State.WAITING, days_ago=2))) is None


def test_who_wrote_five_weeks_ago_is_not_answered_today() -> None:
    old = runs(5, state=State.WAITING, days_ago=28.1)
    assert answering_people.answer_who_waits(account(runs=runs(20, start=20) + old)) is None


def test_who_waits_since_yesterday_is_named_but_not_held_against_them() -> None:
    picture = account(
        runs=runs(3)
        + runs(3, state=State.WAITING, start=50)
        + runs(1, state=State.WAITING, days_ago=1, start=60)
    )
    advice = answering_people.answer_who_waits(picture)
    assert advice is not None
    assert (advice.baseline, advice.params["waiting"], advice.messages[0]) == (0.5, 4, "m60")


@pytest.mark.parametrize(("answered", "speaks"), [(2, True), (3, False)])
def test_thank_back(answered: int, speaks: bool) -> None:
    thanked = runs(answered, Intent.THANKS) + runs(6 - answered, Intent.PRAISE, State.WAITING, start=50)
    advice = answering_people.thank_back(account(runs=thanked))
    assert (advice is not None) is speaks
    if advice:
        assert advice.params["silent"] == 4


@pytest.mark.parametrize(("complaints_answered", "speaks"), [(3, True), (2, True), (1, False)])
def test_not_only_complaints(complaints_answered: int, speaks: bool) -> None:
    spoken = (
        runs(complaints_answered, Intent.COMPLAINT)
        + runs(3 - complaints_answered, Intent.COMPLAINT, State.WAITING, start=20)
        + runs(5, Intent.PRAISE, State.WAITING, start=40)
    )
    assert (answering_people.not_only_complaints(account(runs=spoken)) is not None) is speaks


def test_not_only_complaints_is_silent_where_friends_are_answered_too() -> None:
    spoken = runs(3, Intent.COMPLAINT) + runs(3, start=20) + runs(7, state=State.WAITING, start=40)
    assert answering_people.not_only_complaints(account(runs=spoken)) is None


@pytest.mark.parametrize(("hours", "speaks"), [(4, False), (4.5, True)])
def test_answer_faster_counts_against_their_own_target(hours: float, speaks: bool) -> None:
    picture = account(runs=runs(6, hours=hours), targets=Targets(answer_hours=4))
    assert (answering_people.answer_faster(picture) is not None) is speaks


def test_answer_faster_counts_in_their_own_hours() -> None:
    # asked on Thursday evening, answered on Friday at ten
    spoken = runs(6, hours=14, days_ago=10)
    assert answering_people.answer_faster(account(runs=spoken)) is not None
    office = weekdays(ZONE, "9:00", "17:00")
    assert answering_people.answer_faster(account(runs=spoken, opening=office)) is None


def test_answer_faster_is_silent_where_answering_at_all_is_the_matter() -> None:
    spoken = runs(6, hours=50) + runs(4, state=State.WAITING, start=50)
    assert answering_people.answer_faster(account(runs=spoken)) is None


def regular(name: str, weeks_ago: int = 0) -> Regular:
    return Regular(name, 3, NOW - timedelta(weeks=weeks_ago))


def test_two_lost_regulars() -> None:
    said = posts(12, Kind.CONVERSE, surface="reply")
    advice = meeting.talk_again_with_lost_regulars(account(said, lost=(regular("ana", 5), regular("bob", 6))))
    assert advice is not None
    assert (advice.params["people"], advice.params["person"]) == (2, "ana")
    assert advice.messages == ()
    heard = runs(1, days_ago=50, start=7) + runs(1, days_ago=40, start=8)
    known = account(said, runs=heard, lost=(regular("p8", 5), regular("p7", 6)))
    spoken = meeting.talk_again_with_lost_regulars(known)
    assert spoken is not None
    assert spoken.messages == ("m8", "m7")
    assert meeting.talk_again_with_lost_regulars(account(said, lost=(regular("ana", 5),))) is None
    assert meeting.talk_again_with_lost_regulars(account(said, lost=None)) is None


@pytest.mark.parametrize(
    ("people", "last_meetup", "speaks"),
    [(4, None, False), (5, None, True), (5, 11, False), (5, 12, True), (5, -2, False)],
)
def test_a_meetup_is_due(people: int, last_meetup: int | None, speaks: bool) -> None:
    picture = account(
        posts(12),
        regulars=tuple(regular(str(number)) for number in range(people)),
        meetup_at=None if last_meetup is None else NOW - timedelta(weeks=last_meetup),
    )
    assert (meeting.plan_a_meetup(picture) is not None) is speaks
