"""Judging posts or messages that come as JSON lines, for anybody who wants to measure the judge."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from coaching import wording
from coaching.judgement.judge import judge
from coaching.judgement.messages import judge_messages
from coaching.judgement.verdict import Facts, Verdict

_BOOLEANS = ("reply_to_other", "reply_to_self", "share", "link", "media")
_NAMES = ("network", "surface")


class Broken(Exception):
    """A line that cannot be judged; says why, and knows its id where it had one."""

    def __init__(self, error: str, identity: Any = None) -> None:
        super().__init__(error)
        self.identity = identity


def score_posts(lines: Iterable[bytes]) -> list[str]:
    """One JSON line for every line that is not blank, in order."""
    return _score(lines, _post_lines)


def score_messages(lines: Iterable[bytes]) -> list[str]:
    """The same for messages people wrote."""
    return _score(lines, _message_lines)


def _score(
    lines: Iterable[bytes], answer: Callable[[Sequence[dict[str, Any]]], list[dict[str, Any]]]
) -> list[str]:
    answers: list[dict[str, Any] | None] = []
    readable: list[dict[str, Any]] = []
    for line in lines:
        if not line.strip():
            continue
        try:
            readable.append(_row(line))
            answers.append(None)
        except Broken as problem:
            answers.append({"id": problem.identity, "error": str(problem)})
    judged = iter(answer(readable))
    return [json.dumps(found if found is not None else next(judged)) for found in answers]


def _row(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Broken("not UTF-8") from None
    except (ValueError, RecursionError):
        raise Broken("not JSON") from None
    if not isinstance(row, dict):
        raise Broken("not a JSON object")
    identity = _identity(row)
    if not isinstance(row.get("text"), str):
        raise Broken("text is missing or not a string", identity)
    for name in _BOOLEANS:
        if not isinstance(row.get(name), bool | None):
            raise Broken(f"{name} must be true, false or null", identity)
    for name in _NAMES:
        if not isinstance(row.get(name), str | None):
            raise Broken(f"{name} must be a string or null", identity)
    repeats = row.get("repeats", 0)
    if not isinstance(repeats, int) or isinstance(repeats, bool) or repeats < 0:
        raise Broken("repeats must be a number from 0", identity)
    return row


def _identity(row: dict[str, Any]) -> Any:
    try:
        json.dumps(row.get("id"), allow_nan=False)
    except (ValueError, RecursionError):
        raise Broken("id cannot be given back as JSON") from None
    return row.get("id")


def _post_lines(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    posts = [(row["text"], _facts(row)) for row in rows]
    return [
        {"id": row.get("id"), **_told(verdict, row["text"])}
        for row, verdict in zip(rows, judge(posts), strict=True)
    ]


def _facts(row: dict[str, Any]) -> Facts:
    return Facts(
        **{name: row.get(name) for name in (*_NAMES, *_BOOLEANS)},
        repeats=row.get("repeats", 0),
    )


def _told(verdict: Verdict, text: str) -> dict[str, Any]:
    reasons = [
        {
            "start": reason.start,
            "end": reason.end,
            "phrase": text[reason.start : reason.end] if reason.start is not None else None,
            "weight": reason.weight,
            "why": wording.explain(reason, text),
        }
        for reason in verdict.reasons
    ]
    return {
        "kind": verdict.kind,
        "score": verdict.score,
        "probabilities": {kind: round(chance, 6) for kind, chance in verdict.probabilities.items()},
        "basis": verdict.basis,
        "reasons": reasons,
        "language": verdict.language,
    }


def _message_lines(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    verdicts = judge_messages([row["text"] for row in rows])
    return [
        {
            "id": row.get("id"),
            "intent": verdict.intent,
            "wants_answer": verdict.wants_answer,
            "probabilities": {intent: round(chance, 6) for intent, chance in verdict.probabilities.items()},
            "language": verdict.language,
        }
        for row, verdict in zip(rows, verdicts, strict=True)
    ]
