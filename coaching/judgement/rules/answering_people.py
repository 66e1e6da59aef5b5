"""Rules about the people who speak to the account; all stay silent where a source holds no messages."""

from __future__ import annotations

from collections.abc import Iterable

from coaching.judgement.advice import Advice, suggest
from coaching.judgement.answering import PATIENCE, Intent, Run, State, most_urgent
from coaching.judgement.metrics import look
from coaching.judgement.opening import hours_between
from coaching.judgement.picture import RECENT, AccountPicture
from coaching.judgement.weeks import WEEK


def answer_who_waits(picture: AccountPicture) -> Advice | None:
    """People wait for an answer: take ten minutes today, those who complain first.

    Speaks when somebody of the last four weeks has waited longer than the organization's own target time,
    and either its answer rate is below target or at least three such people wait.
    Source: Sprout Social 2016 (one message in nine is answered).
    """
    seen = look("answer_rate", picture, enough=1)
    waiting = tuple(run for run in most_urgent(picture.runs or (), picture.now) if _overdue(run, picture))
    if seen is None or not waiting:
        return None
    target = max(picture.targets.answer_rate, seen.value)
    if seen.value >= picture.targets.answer_rate and len(waiting) < 3:
        return None
    # who waits for less than a week is no part of the rate yet, but is what answering today would change
    open_now = sum(picture.now - run.arrived_at < PATIENCE for run in waiting)
    return suggest(
        "answer_who_waits",
        picture,
        seen,
        target=target,
        evidence="sprout",
        leverage=1.0,
        gap=target - seen.k / (seen.n + open_now),
        messages=_first_messages(waiting),
        waiting=len(waiting),
        days=max((picture.now - run.arrived_at).days for run in waiting),
    )


def _overdue(run: Run, picture: AccountPicture) -> bool:
    """Waits longer than the target, but not for so long that an answer would only surprise."""
    if not run.wants_answer or picture.now - run.arrived_at > RECENT * WEEK:
        return False
    return hours_between(picture.hours, run.arrived_at, picture.now) > picture.targets.answer_hours


def thank_back(picture: AccountPicture) -> Advice | None:
    """People thank, praise and share you, and hear nothing back: answer each with one line.

    Speaks when under half of at least five runs of thanks or praise were answered.
    Source: Buffer 2025 (accounts that reply see more engagement; not causal).
    """
    seen = look("thanks_answered", picture, enough=5)
    if seen is None or seen.value >= 0.5:
        return None
    return suggest(
        "thank_back",
        picture,
        seen,
        target=max(0.5, min(0.8, seen.value + 0.3)),
        evidence="buffer",
        leverage=0.8,
        messages=_first_messages(reversed(seen.misses)),
        silent=seen.n - seen.k,
    )


def not_only_complaints(picture: AccountPicture) -> Advice | None:
    """Whoever complains is answered, whoever is kind is not: answer questions and praise too.

    Speaks when at least 60% of three or more complaints were answered, but under 30% of five or more
    friendly runs (questions, requests, thanks, praise). Source: Baer 2016 (answering at all matters most).
    """
    seen = look("friendly_answered", picture, enough=5)
    if seen is None or seen.value >= 0.3:
        return None
    since = seen.weeks[0]
    complaints = [
        run
        for week, run in picture.dated_runs
        if week >= since and run.intent is Intent.COMPLAINT and run.state is not State.NO_ANSWER_NEEDED
    ]
    answered = sum(run.state in {State.ANSWERED, State.ELSEWHERE} for run in complaints)
    if len(complaints) < 3 or answered / len(complaints) < 0.6:
        return None
    return suggest(
        "not_only_complaints",
        picture,
        seen,
        target=0.5,
        evidence="baer",
        leverage=0.75,
        messages=_first_messages(reversed(seen.misses)),
        complaints=len(complaints),
        complaints_answered=answered,
    )


def answer_faster(picture: AccountPicture) -> Advice | None:
    """You answer, but late: look in twice a day within your own hours.

    Speaks when the answer rate is fine (two thirds or more) and under half of the first answers came
    within the organization's own target time, counted in its office hours.
    Source: Edison Research 2012 (42% hope for an answer within the hour).
    """
    rate, seen = look("answer_rate", picture, enough=5), look("in_time_share", picture, enough=5)
    if rate is None or seen is None or rate.value < 2 / 3 or seen.value >= 0.5:
        return None
    late = tuple(run for run in seen.misses if run.state is State.ANSWERED)
    return suggest(
        "answer_faster",
        picture,
        seen,
        target=min(0.9, max(0.5, seen.value + 0.25)),
        evidence="edison",
        leverage=0.65,
        messages=_first_messages(reversed(late)),
        hours=picture.targets.answer_hours,
    )


def _first_messages(runs: Iterable[Run], count: int = 3) -> tuple[int | str, ...]:
    return tuple(run.messages[0] for run, _ in zip(runs, range(count), strict=False))
