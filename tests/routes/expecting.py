"""The words in which the tables of routes are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OWNER, EDITOR, VIEWER, CONSULTANT = "owner", "editor", "viewer", "consultant"
ENDED, FORMER, STRANGER, STAFF, ANONYMOUS = "ended", "former", "stranger", "staff", "anonymous"
INSIDE = (OWNER, EDITOR, VIEWER, CONSULTANT)
"""Who is of the theatre; the consultant's practice edits there."""
OUTSIDE = (ENDED, FORMER, STRANGER, STAFF)
"""Who is logged in and has no business there: a consultant whose access has ended, a member who was
removed, the owner of another organization, the operator's staff."""
LOGGED_IN = (*INSIDE, *OUTSIDE)
EVERYBODY = (*LOGGED_IN, ANONYMOUS)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

_RANK = {VIEWER: 0, EDITOR: 1, CONSULTANT: 1, OWNER: 2}

Answers = dict[tuple[str, str], int]
But = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Route:
    """Where a route leads for its arguments, and the status that each person gets for each method."""

    answers: Answers
    arguments: tuple[Any, ...] = ()
    inside: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""
    """The address of a route that has no name."""


def page(
    *arguments: Any, look: str = VIEWER, get: int = 200, but: But | None = None, data: Any = None
) -> Route:
    """A page of an organization that is only looked at."""
    answers = {who: (get if _RANK[who] >= _RANK[look] else 403, 405) for who in INSIDE}
    return _inside(arguments, answers, but, data)


def form(
    least: str,
    *arguments: Any,
    look: str = VIEWER,
    get: int = 200,
    post: int = 302,
    but: But | None = None,
    data: Any = None,
) -> Route:
    """A page of an organization with a form that those from `least` on may send."""
    answers = {
        who: (get if _RANK[who] >= _RANK[look] else 403, post if _RANK[who] >= _RANK[least] else 403)
        for who in INSIDE
    }
    return _inside(arguments, answers, but, data)


def deed(least: str, *arguments: Any, post: int = 302, but: But | None = None, data: Any = None) -> Route:
    """Something in an organization that is only done, by POST."""
    answers = {who: (405, post if _RANK[who] >= _RANK[least] else 403) for who in INSIDE}
    return _inside(arguments, answers, but, data)


def mine(*arguments: Any, get: int = 200, post: int = 405, but: But | None = None, data: Any = None) -> Route:
    """A page of whoever is logged in."""
    answers = dict.fromkeys(LOGGED_IN, (get, post))
    return Route(_table(answers, but, anonymous=302), arguments, data=data or {})


def public(
    *arguments: Any,
    get: int = 200,
    post: int = 405,
    others: int = 405,
    but: But | None = None,
    data: Any = None,
) -> Route:
    """A page for everybody: no login is asked for."""
    answers = dict.fromkeys(EVERYBODY, (get, post))
    return Route(_table(answers, but, others=others), arguments, data=data or {})


def for_each(
    answers: Mapping[tuple[str, ...], tuple[int, int] | Mapping[str, int]],
    *arguments: Any,
    but: But | None = None,
    data: Any = None,
    path: str = "",
) -> Route:
    """Whatever these people get: for GET and POST, or method by method (405 for those not named)."""
    table: Answers = {}
    for people, told in answers.items():
        statuses = _methods(*told) if isinstance(told, tuple) else {**dict.fromkeys(METHODS, 405), **told}
        table |= {(who, method): status for who in people for method, status in statuses.items()}
    return Route(table | dict(but or {}), arguments, data=data or {}, path=path)


def _inside(
    arguments: tuple[Any, ...], answers: Mapping[str, tuple[int, int]], but: But | None, data: Any
) -> Route:
    table = _table(answers, but, anonymous=302)
    hidden = {(who, method): 404 for who in OUTSIDE for method in METHODS}
    return Route(hidden | table, arguments, inside=True, data=data or {})


def _table(
    answers: Mapping[str, tuple[int, int]],
    but: But | None,
    *,
    others: int = 405,
    anonymous: int | None = None,
) -> Answers:
    table = {
        (who, method): status
        for who, told in answers.items()
        for method, status in _methods(*told, others=others).items()
    }
    if anonymous is not None:
        table |= {(ANONYMOUS, method): anonymous for method in METHODS}
    return table | dict(but or {})


def _methods(get: int, post: int, *, others: int = 405) -> dict[str, int]:
    return {**dict.fromkeys(METHODS, others), "GET": get, "HEAD": get, "POST": post}
