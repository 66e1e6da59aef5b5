"""What the API answers, field by field. Words of other people never stand here, only ids and labels."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Schema
from pydantic import ConfigDict

from coaching import drafts
from coaching.api.problems import ProblemOut

_ALWAYS = (400, 401, 403, 404, 413, 422, 429, 500)


def answers(shown: Any, *also: int) -> dict[int, Any]:
    """Every answer that a route gives: what was asked for, or a problem."""
    return {200: shown, **dict.fromkeys(sorted({*_ALWAYS, *also}), ProblemOut)}


class OrganizationOut(Schema):
    """An organization that the token reaches."""

    slug: str
    name: str
    timezone: str
    role: Literal["owner", "editor", "viewer"]


class ConnectionOut(Schema):
    """A Page or handle that is read. `state` is active, or what is in the way."""

    id: int
    network: Literal["twitter", "facebook"]
    access: Literal["archive", "demo", "api"]
    external_id: str
    handle: str
    name: str
    state: str
    state_since: datetime
    last_read_at: datetime | None


class ReasonOut(Schema):
    """Why a post got its score: a code, and how much it spoke for (above 0) or against conversation."""

    code: str
    weight: float


class PostOut(Schema):
    """A post of the organization and what the judge said. Counts are null where the network does not tell.

    `text` is there for owners' own tokens, and never the words of somebody whom the organization reposted.
    """

    id: int
    external_id: str
    connection: int
    network: Literal["twitter", "facebook"]
    posted_at: datetime
    surface: Literal["timeline", "reply", "comment", "thread", "share"]
    kind: Literal["converse", "share", "announce", "pitch"] | None
    judged_kind: Literal["converse", "share", "announce", "pitch"] | None
    score: int | None
    reasons: list[ReasonOut]
    language: str | None
    likes: int | None
    replies: int | None
    shares: int | None
    views: int | None
    judge: str
    link: str | None
    text: str | None


class MessageOut(Schema):
    """Something a person wrote to the organization: when and what for, without their words."""

    id: int
    external_id: str
    connection: int
    network: Literal["twitter", "facebook"]
    written_at: datetime
    author_id: str | None
    conversation_id: str | None
    answers_id: str | None
    after: Literal["question", "request", "complaint", "thanks", "praise", "other"] | None
    wants_answer: bool
    language: str | None
    judge: str
    link: str | None


class BaselineOut(Schema):
    """What research found, to stand beside a figure."""

    value: float
    source: str


class FigureOut(Schema):
    """One figure with its formula, as in every export; what does not belong to a figure is left out.

    Shares are 0–1. A figure that is too_few or not_known has no value and says why (`needed`, `reason`).
    """

    name: str
    formula: str
    unit: str
    source: str
    state: Literal["known", "too_few", "not_known"]
    value: float | dict[str, Any] | None
    words: str = ""
    where: Literal["timeline", "everything"] = Field("timeline", description="Of which posts.")
    low: float | None = None
    high: float | None = None
    k: int = Field(0, description="Cases that count, of n.")
    n: int = Field(0, description="Cases.")
    needed: int = Field(0, description="Cases that it would take.")
    reason: str = ""
    judge: str | None = Field(None, description="Version of the judge.")
    office_hours: bool = False
    target: float | None = None
    baseline: BaselineOut | None = None


class FiguresOut(Schema):
    """All figures of a period; without posts there is neither."""

    since: date | None
    until: date | None
    timezone: str
    figures: list[FigureOut]


class SuggestionOut(Schema):
    """Something to try. `examples` are ids of posts, `messages` ids of what people wrote."""

    id: int
    rule: str
    state: Literal["open", "taken", "snoozed", "dismissed"]
    title: str
    metric: str
    baseline: float | None
    target: float | None
    weeks: int
    source: str
    as_of: date
    examples: list[int]
    messages: list[int]
    dismissed_because: Literal["", "not_now", "done_already", "does_not_fit"]
    rests_until: datetime | None
    decided_at: datetime | None
    created_at: datetime


class DismissIn(Schema):
    """Why it is dismissed; may stay empty."""

    model_config = ConfigDict(extra="forbid")

    because: Literal["", "not_now", "done_already", "does_not_fit"] = ""


class DraftIn(Schema):
    """A post before it is posted."""

    model_config = ConfigDict(extra="forbid")

    network: Literal["twitter", "facebook"]
    text: str = Field(min_length=1, max_length=drafts.LONGEST)
    answers: bool = Field(False, description="It answers somebody.")
    picture: bool = Field(False, description="It has a picture.")
    described: bool = Field(False, description="The picture has a description.")


class DraftReasonOut(Schema):
    """A reason in words; `start` and `end` are code points of the text, null for a fact."""

    text: str
    phrase: str
    weight: float
    start: int | None
    end: int | None


class DraftOut(Schema):
    """What would be said of the draft. Nothing of it is kept. Null where there is too little to judge."""

    kind: Literal["converse", "share", "announce", "pitch"] | None
    score: int | None
    reasons: list[DraftReasonOut]
    fits: bool
    length: str
    hints: list[str]
    prompts: list[str]


class OrganizationsPage(Schema):
    """A page of organizations; `next` is the cursor of the following one."""

    items: list[OrganizationOut]
    next: str | None


class ConnectionsPage(Schema):
    """A page of connections; `next` is the cursor of the following one."""

    items: list[ConnectionOut]
    next: str | None


class PostsPage(Schema):
    """A page of posts; `next` is the cursor of the following one."""

    items: list[PostOut]
    next: str | None


class MessagesPage(Schema):
    """A page of what people wrote; `next` is the cursor of the following one."""

    items: list[MessageOut]
    next: str | None


class SuggestionsPage(Schema):
    """A page of suggestions; `next` is the cursor of the following one."""

    items: list[SuggestionOut]
    next: str | None
