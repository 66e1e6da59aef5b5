"""Who needs a consultant first, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from coaching import client_wording
from coaching.judgement.attention import (
    RULES,
    ClientSeen,
    Pressing,
    Reason,
    needs_somebody,
    reasons,
    urgency,
)
from coaching.judgement.intervals import NotKnown, Share, TooFew
from coaching.judgement.outcome import Word

FINE = ClientSeen(social=Share(50, 100, 0.5, 0.4, 0.6))
DAY = timedelta(days=1)


def codes(seen: ClientSeen) -> list[str]:
    return [reason.code for reason in reasons(seen)]


def test_nothing_is_said_of_a_client_that_is_well() -> None:
    assert reasons(FINE) == ()
    assert not needs_somebody(())


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (replace(FINE, waiting=2, longest_wait=3 * DAY), [("waits_long", Pressing.NOW)]),
        (replace(FINE, waiting=2, longest_wait=2 * DAY), [("waits", Pressing.THIS_WEEK)]),
        (
            replace(FINE, waiting=1, longest_wait=3 * DAY, answer_within=4 * DAY),
            [("waits", Pressing.THIS_WEEK)],
        ),
        (replace(FINE, trouble="act", quiet=30 * DAY), [("not_read", Pressing.NOW)]),
        (replace(FINE, trouble="watch"), [("paused", Pressing.WHEN_CONVENIENT)]),
        (replace(FINE, quiet=13 * DAY), []),
        (replace(FINE, quiet=14 * DAY), [("gone_quiet", Pressing.THIS_WEEK)]),
        (replace(FINE, hears=False, quiet=59 * DAY), []),
        (replace(FINE, hears=False, quiet=60 * DAY), [("old_archive", Pressing.WHEN_CONVENIENT)]),
        (replace(FINE, social=Share(9, 100, 0.09, 0.05, 0.49)), [("loud", Pressing.THIS_WEEK)]),
        (replace(FINE, social=Share(9, 100, 0.09, 0.05, 0.5)), []),
        (replace(FINE, social=TooFew(3, 10)), []),
        (replace(FINE, social=NotKnown("archive")), []),
        (replace(FINE, compared="down"), [("talks_less", Pressing.THIS_WEEK)]),
        (replace(FINE, compared="up"), []),
        (replace(FINE, outcome=Word.WORSE), [("worse_since", Pressing.THIS_WEEK)]),
        (replace(FINE, outcome=Word.BETTER), [("better_since", Pressing.WHEN_CONVENIENT)]),
        (replace(FINE, suggestions=2), [("has_suggestions", Pressing.WHEN_CONVENIENT)]),
        (ClientSeen(trouble="", hears=False, quiet=None), [("not_connected", Pressing.THIS_WEEK)]),
        (
            ClientSeen(trouble="", hears=False, quiet=None, importing=True),
            [("importing", Pressing.WHEN_CONVENIENT)],
        ),
    ],
)
def test_each_reason_speaks_where_it_should(seen: ClientSeen, expected: list[tuple[str, Pressing]]) -> None:
    assert [(reason.code, reason.pressing) for reason in reasons(seen)] == expected


def test_the_most_pressing_reason_comes_first_and_decides_the_order() -> None:
    quiet = replace(FINE, quiet=20 * DAY, suggestions=3)
    waits = replace(quiet, waiting=1, longest_wait=5 * DAY)
    longer = replace(waits, longest_wait=6 * DAY)
    broken = replace(FINE, trouble="act")
    to_try = replace(FINE, suggestions=3)
    assert codes(waits) == ["waits_long", "gone_quiet", "has_suggestions"]

    clients = [FINE, to_try, quiet, broken, waits, longer]
    ordered = sorted(clients, key=lambda seen: urgency(seen, reasons(seen)))
    assert ordered == [longer, waits, broken, quiet, to_try, FINE]
    assert [needs_somebody(reasons(seen)) for seen in ordered] == [True] * 4 + [False] * 2


def test_every_reason_has_a_sentence() -> None:
    counts = {"waits_long": {"n": 1, "days": 9}, "waits": {"n": 2}, "gone_quiet": {"weeks": 5}}
    counts |= {"loud": {"percent": 12, "target": 50}, "old_archive": {"weeks": 20}}
    counts |= {"has_suggestions": {"n": 3}, "access_ends": {"days": 1}}
    said = {
        rule.__name__: client_wording.reason(
            Reason(rule.__name__, Pressing.NOW, counts.get(rule.__name__, {}))
        )
        for rule in RULES
    }
    assert said["waits_long"] == "1 person has waited for an answer for 9 days."
    assert said["gone_quiet"] == "No post for 5 weeks."
    assert said["loud"] == "Only 12% of their posts talk with people; the target is 50%."
    assert all(sentence.endswith(".") and "%(" not in sentence for sentence in said.values())


def test_a_client_with_a_link_is_waited_for_until_the_link_is_over() -> None:
    def codes(**seen: object) -> list[str]:
        return [reason.code for reason in reasons(ClientSeen(**seen))]  # type: ignore[arg-type]

    assert codes(trouble="", link="open") == ["awaited"]
    assert codes(trouble="", link="over") == ["link_over"]
    assert codes(trouble="", link="") == ["not_connected"]
    assert codes(link="over") == ["link_over"]
    assert codes(link="open") == []


def test_access_that_ends_within_two_weeks_is_worth_a_word() -> None:
    def days(left: int | None) -> list[str]:
        return [reason.code for reason in reasons(ClientSeen(access_days=left))]

    assert days(None) == days(15) == []
    assert days(14) == days(0) == ["access_ends"]
