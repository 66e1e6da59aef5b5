"""When the judge changes, history is judged again whole and switched at once: never some old, some new."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import importing, pull, rejudging, tasks
from coaching.judgement import judge, messages
from coaching.models import Connection, Import
from coaching.networks import archives
from coaching.storing import JUDGED
from tests import make, processes
from tests.networks.archive_makers import make_x_archive, tweet

pytestmark = pytest.mark.django_db

OLD = "posts-0-before"
OLD_MESSAGES = "messages-0-before"
VERDICT = ("external_id", "kind", *JUDGED)
HEARD = ("external_id", "intent", "wants_answer", "language", "judge")
WEEK = (
    "monday", "timeline", "converse", "share", "announce", "pitch", "unjudged", "score_sum", "best_score",
    "worst_score", "judge",
)  # fmt: skip


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


@pytest.fixture
def connection(cast: make.Cast) -> Connection:
    """Thirty posts of several kinds, some of them copies, and three messages."""
    texts = ("Tonight at half past seven: the winter season begins.", "What did you think of it, {n}?", "")
    return make.pulled(
        cast.theatre,
        *(make.post(n, texts[n % 3].format(n=n)) for n in range(1, 31)),
        messages=[
            make.message(1, "When does it start?"),
            make.message(2, "Thank you, that was wonderful!", who="ben"),
            make.message(3, "Nobody answered my mail, I am cross.", who="cem"),
        ],
    )


def standing(organization: Organization) -> dict[str, list[tuple[Any, ...]]]:
    """All that a judge decides, as it is now."""
    with scope([organization.pk]):
        return {
            "posts": list(organization.posts.order_by("external_id").values_list(*VERDICT)),
            "messages": list(organization.messages.order_by("external_id").values_list(*HEARD)),
            "weeks": list(organization.weekrollups.order_by("monday", "timeline").values_list(*WEEK)),
        }


def age(organization: Organization) -> dict[str, list[tuple[Any, ...]]]:
    """Leaves everything as an older judge would have, who called all posts pitches and no message urgent."""
    with scope([organization.pk]):
        organization.posts.update(kind="pitch", judged_kind="pitch", score=3, reasons=[], judge=OLD)
        organization.messages.update(intent="other", wants_answer=False, judge=OLD_MESSAGES)
        organization.weekrollups.update(converse=0, share=0, announce=0, pitch=1, score_sum=3, judge=OLD)
        organization.ownjudges.update(model=OLD, messages=OLD_MESSAGES, lease_until=None)
    return standing(organization)


def rejudge(organization: Organization) -> None:
    """What a worker does with a stale organization."""
    claimed = rejudging.claim(organization.pk, now=make.NOW)
    assert claimed is not None
    rejudging.rejudge(claimed, clock=lambda: make.NOW)


def judges(organization: Organization) -> set[str]:
    """The versions that posts and weeks carry."""
    with scope([organization.pk]):
        return {
            *organization.posts.values_list("judge", flat=True),
            *organization.weekrollups.values_list("judge", flat=True),
        }


def test_history_judged_again_is_as_if_it_had_come_today(cast: make.Cast, connection: Connection) -> None:
    fresh = standing(cast.theatre)
    assert age(cast.theatre) != fresh
    assert rejudging.stale(make.NOW) == [cast.theatre.pk]
    rejudge(cast.theatre)
    assert standing(cast.theatre) == fresh
    assert rejudging.stale(make.NOW) == []
    with scope([cast.theatre.pk]):
        own = cast.theatre.ownjudges.get()
    assert (own.model, own.messages, own.lease_until) == (judge.VERSION, messages.VERSION, None)


def test_two_runs_give_the_same(cast: make.Cast, connection: Connection) -> None:
    age(cast.theatre)
    rejudge(cast.theatre)
    once = standing(cast.theatre)
    rejudging.rejudge(cast.theatre, clock=lambda: make.NOW)
    assert standing(cast.theatre) == once


def test_one_worker_at_a_time_and_nobody_when_nothing_is_to_be_done(
    cast: make.Cast, connection: Connection
) -> None:
    assert rejudging.claim(cast.theatre.pk, now=make.NOW) is None
    age(cast.theatre)
    assert rejudging.claim(cast.theatre.pk, now=make.NOW) is not None
    assert rejudging.claim(cast.theatre.pk, now=make.NOW) is None
    assert rejudging.stale(make.NOW) == []
    later = make.NOW + rejudging.LEASE + timedelta(seconds=1)
    assert rejudging.stale(later) == [cast.theatre.pk]
    assert rejudging.claim(cast.theatre.pk, now=later) is not None


def test_messages_are_judged_again_when_only_their_judge_changes(
    cast: make.Cast, connection: Connection
) -> None:
    fresh = standing(cast.theatre)
    with scope([cast.theatre.pk]):
        cast.theatre.messages.update(intent="other", wants_answer=False, judge=OLD_MESSAGES)
        cast.theatre.ownjudges.update(messages=OLD_MESSAGES)
    rejudge(cast.theatre)
    assert standing(cast.theatre) == fresh


def test_suggestions_follow_the_new_judge(cast: make.Cast, connection: Connection) -> None:
    with scope([cast.theatre.pk]):
        fresh = set(cast.theatre.suggestions.filter(state="open").values_list("rule", flat=True))
    age(cast.theatre)
    with scope([cast.theatre.pk]):
        cast.theatre.suggestions.all().delete()
    rejudge(cast.theatre)
    with scope([cast.theatre.pk]):
        assert set(cast.theatre.suggestions.filter(state="open").values_list("rule", flat=True)) == fresh


def test_a_pull_before_the_worker_comes_mixes_no_two_judges(cast: make.Cast, connection: Connection) -> None:
    age(cast.theatre)
    connection.cursor = None
    pull.pull(connection, make.Feed([make.post(50)]), now=make.NOW)
    assert judges(cast.theatre) == {judge.VERSION}
    with scope([cast.theatre.pk]):
        assert cast.theatre.posts.count() == 31
    assert rejudging.stale(make.NOW) == []


def test_what_comes_while_history_is_judged_is_judged_too(cast: make.Cast, connection: Connection) -> None:
    with scope([cast.theatre.pk]):
        cast.theatre.ownjudges.update(wanted=0.8, wanted_number=1, fitted_model=judge.VERSION, why="better")
    claimed = rejudging.claim(cast.theatre.pk, now=make.NOW)
    assert claimed is not None
    came: list[str] = []

    def clock() -> Any:
        if len(came) == 1:  # while posts are being staged
            connection.cursor = None
            feed = make.Feed(
                [make.post(60), make.post(1, "Edited: what would you like to see next?")],
                [make.message(9, "Is there parking?")],
            )
            pull.pull(connection, feed, now=make.NOW)
        came.append("")
        return make.NOW

    rejudging.rejudge(claimed, clock=clock)
    assert len(came) > 1
    assert judges(cast.theatre) == {f"{judge.VERSION}+own1"}
    with scope([cast.theatre.pk]):
        edited = cast.theatre.posts.get(external_id="1")
        assert edited.text.startswith("Edited")
        assert edited.kind == "converse"
        assert cast.theatre.posts.filter(external_id="60").exists()
        assert cast.theatre.messages.get(external_id="m9").wants_answer
    once = standing(cast.theatre)
    rejudging.rejudge(claimed, clock=lambda: make.NOW)
    assert standing(cast.theatre) == once


def test_an_archive_that_was_read_while_the_judge_changed_stands_under_the_new_one(
    cast: make.Cast, connection: Connection, tmp_path: Path
) -> None:
    path = make_x_archive(
        tmp_path / "a.zip",
        [tweet(str(n), f"Tonight on stage, number {n}: come and see") for n in range(1, 9)],
    )
    switched: list[str] = []

    def progress(stage: str, done: int) -> None:
        if stage == Import.Stage.STORING and not switched:
            with scope([cast.theatre.pk]):
                cast.theatre.ownjudges.update(
                    wanted=0.8, wanted_number=1, fitted_model=judge.VERSION, why="better"
                )
            rejudge(cast.theatre)
            switched.append(stage)

    importing.bring_in(cast.theatre, archives.open_archive(path), clock=lambda: make.NOW, progress=progress)
    assert switched
    assert judges(cast.theatre) == {f"{judge.VERSION}+own1"}
    with scope([cast.theatre.pk]):
        assert cast.theatre.posts.count() == 38


def test_another_organization_is_left_alone(cast: make.Cast, connection: Connection) -> None:
    make.pulled(cast.rival, make.post(1), make.post(2))
    theirs = age(cast.rival)
    age(cast.theatre)
    assert set(rejudging.stale(make.NOW)) == {cast.theatre.pk, cast.rival.pk}
    rejudge(cast.theatre)
    assert standing(cast.rival) == theirs
    assert rejudging.stale(make.NOW) == [cast.rival.pk]


@contextmanager
def nobody_can_switch(table: str) -> Iterator[None]:
    """Holds workers where they would write that table, so that there is time to kill one there."""
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as lock, lock.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield


def waits_for_a_lock() -> bool:
    """Whether somebody waits for that lock."""
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as look, look.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone() != (0,)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["coaching_post", "coaching_message", "coaching_weekrollup"])
def test_kill_9_in_between_leaves_all_old_and_the_next_worker_makes_all_new(
    cast: make.Cast, connection: Connection, table: str
) -> None:
    fresh = standing(cast.theatre)
    old = age(cast.theatre)
    with nobody_can_switch(table), processes.worker() as first:
        tasks.rejudge_stale.delay()
        assert processes.wait_until(waits_for_a_lock)
        assert standing(cast.theatre) == old
        processes.kill(first)
        first.wait()
    assert standing(cast.theatre) == old
    with scope([cast.theatre.pk]):
        own = cast.theatre.ownjudges.get()
        assert own.model == OLD
        assert own.lease_until is not None
        cast.theatre.ownjudges.update(lease_until=own.lease_until - rejudging.LEASE)
    with processes.worker():
        tasks.rejudge_stale.delay()
        assert processes.wait_until(lambda: standing(cast.theatre) == fresh), standing(cast.theatre)
