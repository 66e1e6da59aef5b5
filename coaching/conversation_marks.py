"""What staff decide about a conversation: "I am answering this", "answered elsewhere", "needs no answer"."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import BadRequest
from django.db import connection as database
from django.db.models import QuerySet

from accounts.models import Organization, User
from coaching import answer_rollup, conversations, opening_times
from coaching.models import ConversationClaim, ConversationMark, Message

CLAIMED_FOR = timedelta(hours=2)


@dataclass(frozen=True)
class Claim:
    """Who answers, and until when nobody else need to."""

    by: User
    until: datetime


def decide(message: Message, decision: str, *, by: User, now: datetime) -> Claim | None:
    """Claims, releases, marks or unmarks the conversation of a message; raises BadRequest for other words.

    Says who is answering where that is asked for: it may be somebody else who was first.
    """
    if decision == "claim":
        return claim(message, by=by, now=now)
    if decision == "release":
        _claims(message).filter(by=by).delete()
    elif decision in ConversationMark.Mark.values:
        mark(message, decision, by=by, now=now)
    elif decision == "undo":
        unmark(message)
    else:
        raise BadRequest("Choose what to do about this conversation.")
    return None


def claim(message: Message, *, by: User, now: datetime) -> Claim:
    """Who answers this conversation from now on: `by`, unless somebody else said so first.

    One statement, so that of two who press at the same moment one is told about the other.
    """
    thread, person = place(message)
    # Nobody's name stays longer than it is of use.
    ConversationClaim.across_organizations.filter(
        organization=message.organization_id, until__lte=now - CLAIMED_FOR
    ).delete()
    with database.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO coaching_conversationclaim AS claim
                (organization_id, connection_id, thread, person, by_id, until)
            VALUES (%(organization)s, %(connection)s, %(thread)s, %(person)s, %(by)s, %(until)s)
            ON CONFLICT (organization_id, connection_id, thread, person)
            DO UPDATE SET by_id = excluded.by_id, until = excluded.until
            WHERE claim.until <= %(now)s OR claim.by_id = excluded.by_id
            """,
            {
                "organization": message.organization_id,
                "connection": message.connection_id,
                "thread": thread,
                "person": person,
                "by": by.pk,
                "until": now + CLAIMED_FOR,
                "now": now,
            },
        )
        if cursor.rowcount:
            return Claim(by, now + CLAIMED_FOR)
    holder = _claims(message).select_related("by").get()
    return Claim(holder.by, holder.until)


def active_claims(organization: Organization, *, now: datetime) -> dict[tuple[str, str], Claim]:
    """Who is answering whom: by the key of the thread and the person. One query."""
    found = organization.conversationclaims.filter(until__gt=now).select_related("by")
    return {
        (conversations.thread_of(one.connection_id, one.thread, ""), one.person): Claim(one.by, one.until)
        for one in found
    }


def mark(message: Message, what: str, *, by: User, now: datetime) -> None:
    """Says that the run up to this message was answered elsewhere or needs no answer."""
    ConversationMark.across_organizations.update_or_create(
        organization_id=message.organization_id,
        connection_id=message.connection_id,
        message=message.external_id,
        defaults={"mark": what, "by": by, "at": now},
    )
    _claims(message).delete()
    _count_again(message)


def unmark(message: Message) -> None:
    """Takes back what was said of a message."""
    ConversationMark.across_organizations.filter(
        organization=message.organization_id, connection=message.connection_id, message=message.external_id
    ).delete()
    _count_again(message)


def delete_with_traces(organization: Organization, gone: "QuerySet[Message]") -> int:
    """Deletes messages with what was said about them and counts their weeks again; says how many."""
    opening = opening_times.working(organization).opening
    count = 0
    for connection in organization.connections.select_related("organization"):
        here = gone.filter(connection=connection)
        ids = list(here.values_list("external_id", flat=True))
        if not ids:
            continue
        weeks = answer_rollup.touched(connection, removed=ids)
        people = {place(message)[1] for message in here}
        organization.conversationclaims.filter(connection=connection, person__in=people).delete()
        organization.conversationmarks.filter(connection=connection, message__in=ids).delete()
        count += len(ids)
        here.delete()
        answer_rollup.count_answers(connection, opening, weeks)
    return count


def _claims(message: Message) -> "QuerySet[ConversationClaim]":
    thread, person = place(message)
    return ConversationClaim.across_organizations.filter(
        organization=message.organization_id, connection=message.connection_id, thread=thread, person=person
    )


def place(message: Message) -> tuple[str, str]:
    """The thread and the person of a message, as claims name them."""
    person = message.author_id or (message.author_handle or "").lower() or f"unknown {message.pk}"
    return message.conversation_id or message.external_id, person


def _count_again(message: Message) -> None:
    organization = message.connection.organization
    weeks = answer_rollup.weeks_of_thread(message.connection, place(message)[0])
    opening = opening_times.working(organization).opening
    answer_rollup.count_answers(message.connection, opening, weeks)
