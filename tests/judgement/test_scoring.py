"""The `score` command: one JSON line in, one out, in order, whatever comes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.scoring import score_messages, score_posts

ROOT = Path(__file__).resolve().parents[2]


def answers(*rows: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in score_posts([json.dumps(row).encode() for row in rows])]


def test_an_answer_has_all_that_was_promised() -> None:
    text = "@ana Thank you &amp; see you soon 🎭"
    (found,) = answers({"id": 7, "text": text, "network": "twitter", "reply_to_other": True})
    assert found.keys() == {"id", "kind", "score", "probabilities", "basis", "reasons", "language"}
    assert (found["id"], found["kind"], found["basis"], found["language"]) == (7, "converse", "both", "en")
    assert isinstance(found["score"], int)
    for reason in found["reasons"]:
        assert reason.keys() == {"start", "end", "phrase", "weight", "why"}
        assert reason["why"]
        if reason["start"] is not None:
            assert reason["phrase"] == text[reason["start"] : reason["end"]]
    assert "answers another person" in [reason["why"] for reason in found["reasons"]]
    assert "thanks somebody: ‘Thank you’" in [reason["why"] for reason in found["reasons"]]


def test_broken_lines_are_named_and_the_rest_goes_on() -> None:
    lines = [
        b"{",
        b"\xff\xfe",
        b"[]",
        b"",
        b'{"id": "a"}',
        b'{"id": "b", "text": 5}',
        b'{"id": "c", "text": "x", "share": "yes"}',
        b"[" * 100_000,
        b'{"id": "d", "text": "Thank you all for coming"}',
    ]
    found = [json.loads(line) for line in score_posts(lines)]
    assert [row.get("id") for row in found] == [None, None, None, "a", "b", "c", None, "d"]
    assert ["error" in row for row in found] == [True] * 7 + [False]


def test_too_little_to_judge_still_has_four_numbers() -> None:
    (found,) = answers({"text": "🎭"})
    assert (found["id"], found["kind"], found["score"], found["reasons"]) == (None, None, None, [])
    assert found["probabilities"].keys() == {"converse", "share", "announce", "pitch"}


def test_lone_surrogates_come_back_as_they_came() -> None:
    (line,) = score_posts([b'{"id": "\\ud800", "text": "hello \\ud800 thank you all"}'])
    assert json.loads(line)["id"] == "\ud800"
    line.encode("ascii")


def test_messages() -> None:
    (line,) = score_messages([b'{"id": 1, "text": "what time do you open?"}'])
    found = json.loads(line)
    assert found.keys() == {"id", "intent", "wants_answer", "probabilities", "language"}
    assert (found["intent"], found["wants_answer"]) == ("question", True)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=5))
def test_any_bytes_are_answered(lines: list[bytes]) -> None:
    for score in (score_posts, score_messages):
        assert len(score(lines)) == sum(1 for line in lines if line.strip())


@pytest.fixture
def command() -> Any:
    """The command as users start it, with nothing to connect to."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "score"],
        cwd=ROOT,
        env={**os.environ, "ENGAGE_EMBEDDED": "off", "DJANGO_SETTINGS_MODULE": "engage.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        yield process
        process.kill()


def test_who_types_a_line_sees_its_answer_before_the_next(command: subprocess.Popen[bytes]) -> None:
    assert command.stdin is not None
    assert command.stdout is not None
    for number in range(3):
        command.stdin.write(json.dumps({"id": number, "text": "Thank you all"}).encode() + b"\n")
        command.stdin.flush()
        assert json.loads(command.stdout.readline())["id"] == number
    command.stdin.write(b'{"id": "last", "text": "no newline at the end"}')
    command.stdin.close()
    assert json.loads(command.stdout.readline())["id"] == "last"
    assert command.wait(300) == 0
