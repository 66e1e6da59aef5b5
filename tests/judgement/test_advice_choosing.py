"""Which suggestions are shown: the strongest three, no nagging, and silence where there is nothing to say."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from coaching.judgement.advice import EVIDENCE, Advice
from coaching.judgement.choosing import Past, Said, advise, all_advice, choose
from coaching.judgement.metrics import METRICS, weekly
from coaching.judgement.picture import AccountPicture, PostView, moment_of, post_view
from coaching.judgement.rules import RULES
from coaching.judgement.verdict import Kind
from tests.judgement.cast import NOW, account, posts

MUSEUM = Path(__file__).resolve().parents[3] / "shared/data/archives/twitter-sfomuseum.zip"


def advice(rule: str, metric: str = "", effect: float = 0.5, evidence: str = "own_feed") -> Advice:
    return Advice(rule, metric or rule, 0.1, 0.2, evidence, effect, date(2026, 6, 7), ())


def rules(chosen: tuple[Advice, ...]) -> list[str]:
    return [one.rule for one in chosen]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_silent_on_an_empty_account(rule: str) -> None:
    assert RULES[rule](account()) is None
    assert RULES[rule](account(runs=(), regulars=(), lost=())) is None


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_silent_on_posts_nobody_could_judge(rule: str) -> None:
    assert RULES[rule](account(posts(5, kind=None))) is None


def test_there_are_fourteen_rules_and_each_is_described() -> None:
    assert len(RULES) >= 14
    assert all((rule.__doc__ or "").strip() for rule in RULES.values())


def test_at_most_three_the_strongest_first() -> None:
    said = [advice(f"r{number}", effect=number / 10) for number in range(1, 6)]
    assert rules(choose(said, (), NOW)) == ["r5", "r4", "r3"]


def test_a_study_outweighs_a_rule_of_thumb() -> None:
    said = [
        advice("thumb", effect=0.8, evidence="four_one_one"),
        advice("study", effect=0.5, evidence="wang_yang"),
    ]
    assert rules(choose(said, (), NOW)) == ["study", "thumb"]


def test_two_suggestions_never_move_the_same_metric() -> None:
    said = [advice("a", "reply_share", 0.9), advice("b", "reply_share", 0.8), advice("c", effect=0.1)]
    assert rules(choose(said, (), NOW)) == ["a", "c"]
    taken = [Past("a", Said.TAKEN, NOW - timedelta(weeks=1))]
    assert rules(choose(said, taken, NOW)) == ["c"]


@pytest.mark.parametrize(
    ("past", "shown"),
    [
        (Past("a", Said.DISMISSED, NOW - timedelta(weeks=8) + timedelta(seconds=1)), False),
        (Past("a", Said.DISMISSED, NOW - timedelta(weeks=8)), True),
        (Past("a", Said.DISMISSED, NOW - timedelta(weeks=51), for_good=True), False),
        (Past("a", Said.SNOOZED, NOW - timedelta(days=1), until=NOW + timedelta(days=1)), False),
        (Past("a", Said.SNOOZED, NOW - timedelta(days=1), until=NOW), True),
        (Past("a", Said.SNOOZED, NOW - timedelta(days=7)), True),
        (Past("a", Said.TAKEN, NOW - timedelta(weeks=11), weeks=8), False),
        (Past("a", Said.TAKEN, NOW - timedelta(weeks=12), weeks=8), True),
        (Past("b", Said.DISMISSED, NOW), True),
    ],
)
def test_no_nagging(past: Past, shown: bool) -> None:
    assert bool(choose([advice("a")], [past], NOW)) is shown


def test_every_advice_names_a_known_metric_and_known_evidence() -> None:
    loudspeaker = account(posts(40, Kind.PITCH, hashtags=4, bait=True, repeats=1, credit=True))
    spoken = all_advice(loudspeaker)
    assert len(spoken) >= 6
    for one in spoken:
        assert one.baseline is not None
        assert one.metric in METRICS
        assert one.evidence in EVIDENCE
        assert 0 < one.expected_effect <= 1
        assert (one.target - one.baseline) * METRICS[one.metric].better > 0
        assert one.examples or one.metric in {
            "reply_share",
            "converse_share",
            "share_share",
            "question_share",
        }


def test_the_weeks_of_a_metric_add_up_to_the_look() -> None:
    picture = account(posts(300, Kind.PITCH), posts(100, Kind.CONVERSE, start=1000))
    values = weekly("pitch_share", picture)
    assert sum(value.n for value in values) == 400
    assert sum(value.k for value in values) == 300
    assert [value.week for value in values] == sorted({value.week for value in values})


def test_an_archive_is_looked_at_from_its_last_post() -> None:
    last = datetime(2019, 5, 1, tzinfo=UTC)
    assert moment_of("archive", last, NOW) == last
    assert moment_of("archive", None, NOW) == NOW
    assert moment_of("api", last, NOW) == NOW


def test_an_old_archive_gets_the_same_advice_as_a_fresh_one() -> None:
    def shifted(post: PostView, by: timedelta) -> PostView:
        return PostView(post.id, post.at - by, post.kind, post.surface)

    old = timedelta(weeks=300)
    fresh = AccountPicture(now=NOW, zone=ZoneInfo("UTC"), posts=posts(60))
    stale = AccountPicture(
        now=NOW - old, zone=ZoneInfo("UTC"), posts=tuple(shifted(post, old) for post in posts(60))
    )
    assert rules(advise(fresh)) == rules(advise(stale, now=NOW))
    assert len(advise(stale, now=NOW)) == 3


def test_a_loudspeaker_without_replies_known_still_gets_three() -> None:
    page_archive = account(posts(60, Kind.PITCH, network="facebook", replies_known=False))
    assert len(advise(page_archive)) == 3


def museum_posts() -> list[PostView]:
    with zipfile.ZipFile(MUSEUM) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist() if "/tweets" in name]
    lists = [json.loads(part[part.index("[") : part.rindex("]") + 1]) for part in parts]
    seen = []
    for tweet in (entry.get("tweet", entry) for entries in lists for entry in entries):
        text, to = tweet["full_text"], tweet.get("in_reply_to_screen_name")
        surface = "share" if text.startswith("RT @") else "timeline"
        if to:
            surface = "thread" if to.lower() == "sfomuseum" else "reply"
        kind = {"share": Kind.SHARE, "reply": Kind.CONVERSE}.get(surface, Kind.ANNOUNCE)
        at = datetime.strptime(tweet["created_at"], "%a %b %d %H:%M:%S %z %Y")
        seen.append(
            post_view(
                int(tweet["id_str"]), at, text, kind=kind, surface=surface, ourselves=frozenset({"sfomuseum"})
            )
        )
    return seen


@pytest.mark.skipif(not MUSEUM.exists(), reason="the museum's archive is not beside this repository")
def test_the_museum_is_told_to_talk_with_people_and_not_to_itself() -> None:
    seen = museum_posts()
    last = max(post.at for post in seen)
    picture = AccountPicture(now=last, zone=ZoneInfo("America/Los_Angeles"), posts=tuple(seen))
    spoken = {one.rule: one for one in all_advice(picture)}
    assert {"join_conversations", "threads_are_not_talk", "ask_questions"} <= set(spoken)
    assert spoken["threads_are_not_talk"].params["others"] == 0
    chosen = advise(picture, now=NOW)
    assert len(chosen) == 3
    assert chosen[0].as_of == date(2024, 11, 21)
