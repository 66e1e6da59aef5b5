"""What is in the file: every table of an organization, without secrets and without other people's words on X.

A new tenant table is in it by itself, with all its columns; what is held back or told otherwise stands here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Field, QuerySet

from accounts.models import (
    ApiToken,
    AuditEvent,
    Client,
    Invitation,
    Logo,
    Membership,
    Organization,
    OrganizationOwned,
)
from accounts.tenancy import scope
from coaching.exports import own_text
from coaching.models import (
    AnswerWeek,
    AwaitedArchive,
    Check,
    ClientNote,
    Connection,
    ConversationClaim,
    ConversationMark,
    Correction,
    Delivery,
    DigestIssue,
    EarnedPraise,
    Forgotten,
    HiddenPerson,
    Import,
    MeetupGuest,
    Message,
    OwnJudge,
    PageDay,
    PersonNote,
    Post,
    ReadBudget,
    ReadMeter,
    Retention,
    Rewriting,
    Setting,
    Sweep,
    Takeaway,
    WebhookDelivery,
    WebhookEndpoint,
    WeekRollup,
)

BUNDLE = 500
"""Rows that are in memory at once."""
Row = dict[str, Any]

HELD_BACK: Mapping[type[OrganizationOwned], str] = {
    ConversationClaim: "lives for two hours",
    Forgotten: "hashes that nobody can read",
    OwnJudge: "how far judging is, nothing that was said",
    Takeaway: "this file itself",
    Logo: "the picture that was uploaded",
}
"""What is not in the file, and why."""

NAMES: Mapping[type[OrganizationOwned], str] = {
    AnswerWeek: "answers_by_week",
    AuditEvent: "trail",
    AwaitedArchive: "archives_on_their_way",
    Check: "checks",
    ClientNote: "notes_shared_by_consultants",
    Connection: "connections",
    ConversationMark: "conversation_marks",
    Correction: "corrections",
    Delivery: "digest_copies",
    DigestIssue: "digests",
    EarnedPraise: "praise",
    HiddenPerson: "hidden_people",
    Import: "imports",
    Message: "messages",
    PageDay: "page_days",
    PersonNote: "notes_about_people",
    Post: "posts",
    ReadBudget: "read_budgets",
    ReadMeter: "read_meters",
    Retention: "retention",
    Rewriting: "rewriting",
    Setting: "settings",
    Sweep: "deletion_rounds",
    WebhookDelivery: "webhook_log",
    WebhookEndpoint: "webhooks",
    WeekRollup: "posts_by_week",
}
"""File names that are not simply the model's in the plural."""

# No secret of any table leaves the house, and nothing that only steers workers.
SECRET = ("sealed", "token", "nonce", "digest", "secret", "lease", "key")
LEFT_OUT: Mapping[type[OrganizationOwned], frozenset[str]] = {
    AwaitedArchive: frozenset({"mail_tries"}),
    Connection: frozenset({"cursor", "look_again", "windows", "consented_by", "failures", "mail_sent_at"}),
    Import: frozenset({"upload"}),
    MeetupGuest: frozenset({"code"}),
    Message: frozenset({"author_handle", "author_name"}),
    Post: frozenset({"mentions", "basis", "by_structure_only", "probabilities"}),
    ReadMeter: frozenset({"day", "read_that_day"}),
}
KEPT_IN: Mapping[type[OrganizationOwned], frozenset[str]] = {
    AuditEvent: frozenset({"token_id"}),
    Retention: frozenset({"digest_days"}),
    WebhookDelivery: frozenset({"key"}),
}
"""Columns that only sound like a secret."""


def _person(value: Any) -> Any:
    """Whom a post answers or shares: the id only."""
    return value.get("id") if isinstance(value, dict) else None


def _their_words(message: Message) -> str | None:
    """X lets nobody pass on what people wrote there; what they wrote on a Page is the Page's to keep."""
    return message.text if message.connection.network == Connection.Network.FACEBOOK else None


TOLD_OTHERWISE: Mapping[tuple[type[OrganizationOwned], str], Callable[[Any], Any]] = {
    (Post, "text"): own_text,
    (Post, "reply_to"): lambda post: _person(post.reply_to),
    (Post, "shared_from"): lambda post: _person(post.shared_from),
    (Message, "text"): _their_words,
}


@dataclass(frozen=True)
class Part:
    """One table in the file: `rows` reads it bundle by bundle, each in a transaction of its own."""

    name: str
    columns: tuple[str, ...]
    rows: Callable[[Organization], Iterator[list[Row]]]
    count: Callable[[Organization], int]


def parts() -> list[Part]:
    """Every part, in the order of the file."""
    return [_organization(), *(_outside(*one) for one in _OUTSIDE), *map(_tenant, tenant_models())]


def tenant_models() -> list[type[OrganizationOwned]]:
    """Every tenant table that is in the file, by name."""
    found = [model for model in apps.get_models() if issubclass(model, OrganizationOwned)]
    return sorted((model for model in found if model not in HELD_BACK), key=name_of)


def name_of(model: type[OrganizationOwned]) -> str:
    """The name of a model's file."""
    return NAMES.get(model, f"{model._meta.model_name}s")


def fields_of(model: type[OrganizationOwned]) -> list["Field[Any, Any]"]:
    """The columns of a model that are in the file."""
    kept, left_out = KEPT_IN.get(model, frozenset()), LEFT_OUT.get(model, frozenset())
    return [
        field
        for field in model._meta.concrete_fields
        if field.name != "organization"
        and field.name not in left_out
        and (field.name in kept or not any(word in field.name for word in SECRET))
    ]


def _tenant(model: type[OrganizationOwned]) -> Part:
    columns = tuple(field.attname for field in fields_of(model))
    told = [TOLD_OTHERWISE.get((model, column)) for column in columns]

    def of(organization: Organization) -> "QuerySet[Any]":
        found = model.across_organizations.filter(organization=organization)
        return found.filter(shared=True) if model is ClientNote else found

    def row(one: Any) -> Row:
        return {
            column: other(one) if other else getattr(one, column)
            for column, other in zip(columns, told, strict=True)
        }

    def rows(organization: Organization) -> Iterator[list[Row]]:
        last = 0
        while True:
            with scope([organization.pk]):
                bundle = list(_whole(of(organization), model).filter(pk__gt=last).order_by("pk")[:BUNDLE])
                told = [row(one) for one in bundle]
            if not bundle:
                return
            last = bundle[-1].pk
            yield told

    def count(organization: Organization) -> int:
        with scope([organization.pk]):
            return int(of(organization).count())

    return Part(name_of(model), columns, rows, count)


def _whole(rows: "QuerySet[Any]", model: type[OrganizationOwned]) -> "QuerySet[Any]":
    return rows.select_related("connection") if model is Message else rows


def _organization() -> Part:
    columns = ("id", "slug", "name", "timezone", "language", "also_ours", "require_two_factor", "created_at")
    return Part(
        "organization",
        columns,
        lambda organization: iter([[{name: getattr(organization, name) for name in columns}]]),
        lambda organization: 1,
    )


_OUTSIDE: tuple[tuple[str, type[Any], tuple[str, ...]], ...] = (
    ("members", Membership, ("user_id", "user__name", "user__email", "role", "created_at")),
    ("practices", Client, ("practice_id", "practice__name", "role", "starts_at", "ends_at")),
    ("invitations", Invitation, ("email", "role", "created_at", "expires_at", "accepted_at", "revoked_at")),
    (
        "tokens",
        ApiToken,
        ("name", "role", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at"),
    ),
)
"""What stands outside row-level security and is the organization's: file, model, columns."""


def _outside(name: str, model: type[Any], columns: tuple[str, ...]) -> Part:
    def of(organization: Organization) -> "QuerySet[Any]":
        found: QuerySet[Any] = model.objects.filter(organization=organization).order_by("pk")
        return found

    def rows(organization: Organization) -> Iterator[list[Row]]:
        yield [
            {column.replace("__", "_"): value for column, value in row.items()}
            for row in of(organization).values(*columns)
        ]

    plain = tuple(column.replace("__", "_") for column in columns)
    return Part(name, plain, rows, lambda organization: of(organization).count())


def plain(value: Any) -> Any:
    """A value as JSON takes it."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, (bytes, memoryview)):
        return None
    return value
