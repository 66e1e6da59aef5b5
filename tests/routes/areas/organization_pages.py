"""The pages of an organization, and the rows that they show."""

from __future__ import annotations

from typing import Any

from django.db import models

from accounts.models import AuditEvent, Logo, Practice
from coaching import hooks, pull
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
    Draft,
    EarnedPraise,
    Forgotten,
    HiddenPerson,
    Import,
    Message,
    Outcome,
    OwnJudge,
    PageDay,
    PersonNote,
    Post,
    ReadBudget,
    ReadMeter,
    Removal,
    Rewriting,
    Setting,
    Subscription,
    Suggestion,
    Sweep,
    WebhookDelivery,
    WebhookEndpoint,
    WeekRollup,
)
from tests import make
from tests.routes.expecting import CONSULTANT, EDITOR, OWNER, VIEWER, deed, form, page
from tests.routes.stage import Place, create, the_one

DAY = make.NOW.date()
ENDED_IMPORT = 286
"""The import has ended: htmx may stop asking."""

ROUTES = {
    "coaching:dashboard": page(),
    "coaching:arriving": page(get=ENDED_IMPORT),
    "coaching:conversations": page(),
    "coaching:conversation": page(Message),
    "coaching:conversation_decide": deed(EDITOR, Message, post=400),
    "coaching:people": page(),
    "coaching:person": page(Message),
    "coaching:person_change": deed(EDITOR, Message, post=400),
    "coaching:person_forget": deed(OWNER, Message),
    "coaching:person_held": page(Message, look=OWNER),
    "coaching:digests": page(),
    "coaching:digest": page("2026-09-28"),
    "coaching:digest_mail": page("2026-09-28"),
    "coaching:digest_settings": form(VIEWER, post=200),
    "coaching:reader_add": deed(OWNER, post=422),
    "coaching:reader_remove": deed(OWNER, Subscription),
    "coaching:looking_back": page(),
    "coaching:trail": page(look=OWNER),
    "coaching:trail_table": page(look=OWNER),
    "coaching:webhooks": form(OWNER, look=OWNER, post=200),
    "coaching:webhook_change": deed(OWNER, WebhookEndpoint),
    "coaching:webhook_again": deed(OWNER, WebhookDelivery),
    "coaching:settings": form(EDITOR, but={(OWNER, "POST"): 422}),
    "coaching:posts": page(),
    "coaching:post": page(Post),
    "coaching:post_correct": deed(EDITOR, Post, post=400),
    "coaching:checks": page(),
    "coaching:check_answer": deed(EDITOR, Post, post=400),
    "coaching:export_posts": page(),
    "coaching:export_messages": page(),
    "coaching:export_weeks": page(),
    "coaching:draft": form(VIEWER, post=200),
    "coaching:draft_check": deed(VIEWER, post=200),
    "coaching:draft_save": deed(EDITOR, post=422),
    "coaching:draft_rewrite": deed(EDITOR, post=422),
    "coaching:draft_rewriting": deed(OWNER),
    "coaching:saved_draft": page(Draft),
    "coaching:saved_draft_delete": deed(EDITOR, Draft),
    # A consultant's own notes are no business of members, owners included.
    "coaching:client_notes": form(VIEWER, post=404, but={(CONSULTANT, "POST"): 422}),
    "coaching:client_note": form(
        VIEWER,
        ClientNote,
        get=404,
        post=404,
        but={(CONSULTANT, "GET"): 200, (CONSULTANT, "HEAD"): 200, (CONSULTANT, "POST"): 422},
    ),
    "coaching:client_note_delete": deed(VIEWER, ClientNote, post=404, but={(CONSULTANT, "POST"): 302}),
    "coaching:suggestions": page(),
    "coaching:history": page(),
    "coaching:suggestion_decide": deed(EDITOR, Suggestion, data={"decision": "take"}),
    "coaching:suggestion_undo": deed(EDITOR, Suggestion),
    "coaching:connections": page(),
    "coaching:budget": deed(OWNER),
    "coaching:duties": page(),
    "coaching:account_read": deed(EDITOR, Connection),
    "coaching:account_disconnect": form(EDITOR, Connection),
    "coaching:connect_x": deed(EDITOR),
    "coaching:connect_facebook": deed(EDITOR),
    "coaching:connect_pages": page(get=400),  # nobody has consented to anything
    "coaching:connect_choose": deed(EDITOR, post=400),
    "coaching:archive_asked": deed(EDITOR, data={"network": "twitter"}),
    "coaching:archive_here": deed(EDITOR, data={"network": "twitter"}),
    "coaching:upload": form(EDITOR, get=302, post=422),
    "coaching:import": page(Import),
    "coaching:import_progress": page(Import, get=ENDED_IMPORT),
}


def _connection(place: Place) -> Any:
    slug = place.organization.slug
    made = make.connection(place.organization, slug)
    posts = [make.post(n, f"Tonight at half past seven: part {n} at the {slug}.") for n in range(1, 15)]
    asked = make.message(1, "Is there a matinee?", who=f"ana-of-{slug}")
    pull.pull(made, make.Feed(posts, [asked]), now=make.NOW)
    return made


def _pulled(model: type[models.Model], place: Place) -> Any:
    place.row(Connection)
    return model.across_organizations.filter(organization=place.organization).order_by("pk")[0]  # type: ignore[attr-defined]


def _endpoint(place: Place) -> Any:
    pk, _ = hooks.add(
        place.organization, "https://a.test/hook", ["suggestion.new"], by=place.owner, now=make.NOW
    )
    return WebhookEndpoint.across_organizations.get(pk=pk)


def _suggestion(place: Place) -> Any:
    return create(
        Suggestion, place, rule="ask_questions", metric="question_share", evidence="hubspot", as_of=DAY,
        params={"k": 1, "n": 14, "over_weeks": 4}, baseline=0.07, target=0.15,
    )  # fmt: skip


ROWS = {
    AuditEvent: lambda place: create(AuditEvent, place, at=make.NOW, action="tried"),
    Logo: lambda place: create(Logo, place, png=b"png"),
    Connection: _connection,
    Post: lambda place: _pulled(Post, place),
    Message: lambda place: _pulled(Message, place),
    WeekRollup: lambda place: _pulled(WeekRollup, place),
    AnswerWeek: lambda place: create(
        AnswerWeek, place, connection=place.row(Connection), monday=DAY.replace(year=2010)
    ),
    AwaitedArchive: lambda place: create(
        AwaitedArchive,
        place,
        network="facebook",
        asked_by=place.owner,
        asked_at=make.NOW,
        mail_due_at=make.NOW,
    ),
    Import: lambda place: create(Import, place, filename="a.zip", state="done"),
    ClientNote: lambda place: create(
        ClientNote,
        place,
        practice=Practice.objects.get(consultants__user=place.consultant),
        text="They like mornings.",
        written_at=make.NOW,
        author=place.consultant,
    ),
    ConversationMark: lambda place: create(
        ConversationMark,
        place,
        connection=place.row(Connection),
        message="m1",
        mark="elsewhere",
        at=make.NOW,
    ),
    ConversationClaim: lambda place: create(
        ConversationClaim,
        place,
        connection=place.row(Connection),
        thread="m1",
        person="id-ana",
        by=place.owner,
        until=make.NOW,
    ),
    DigestIssue: lambda place: create(
        DigestIssue, place, week=DAY.replace(year=2010), content={}, composed_at=make.NOW
    ),
    Subscription: lambda place: create(Subscription, place, email="r@example.org", next_week=DAY),
    Delivery: lambda place: create(Delivery, place, week=DAY, subscription=place.row(Subscription)),
    Draft: lambda place: create(Draft, place, network="twitter", text="Which scene stayed with you?"),
    Rewriting: lambda place: create(Rewriting, place),
    Removal: lambda place: create(
        Removal, place, connection=place.row(Connection), external_id="gone", at=make.NOW
    ),
    Forgotten: lambda place: create(Forgotten, place, network="twitter", digest="0" * 64, at=make.NOW),
    Sweep: lambda place: create(Sweep, place, duty="texts", at=make.NOW),
    Correction: lambda place: create(
        Correction, place, network="twitter", account="id-gulltheatre", post="1", kind="share"
    ),
    Check: lambda place: create(
        Check,
        place,
        network="twitter",
        account="id-gulltheatre",
        post="2",
        monday=DAY,
        judged_kind="share",
        judge="1",
    ),
    Suggestion: _suggestion,
    Outcome: lambda place: create(
        Outcome,
        place,
        suggestion=place.row(Suggestion),
        word="cannot_know",
        metric="question_share",
        until=DAY,
        measured_at=make.NOW,
    ),
    OwnJudge: lambda place: the_one(OwnJudge, place),
    PageDay: lambda place: create(PageDay, place, connection=place.row(Connection), day=DAY),
    PersonNote: lambda place: create(
        PersonNote, place, network="twitter", person="id-ana", text="Loves farces.", at=make.NOW
    ),
    HiddenPerson: lambda place: create(HiddenPerson, place, network="twitter", person="id-bot", at=make.NOW),
    EarnedPraise: lambda place: create(
        EarnedPraise,
        place,
        code="answer_rate",
        value=1.0,
        as_of=DAY,
        params={"k": 9, "n": 9, "over_weeks": 4},
    ),
    ReadBudget: lambda place: create(ReadBudget, place, network="twitter"),
    ReadMeter: lambda place: create(ReadMeter, place, network="twitter", month=DAY.replace(day=1)),
    Setting: lambda place: the_one(Setting, place),
    WebhookEndpoint: _endpoint,
    WebhookDelivery: lambda place: create(
        WebhookDelivery,
        place,
        endpoint=place.row(WebhookEndpoint),
        event="ping",
        key="1",
        message_id=f"msg_{place.organization.slug}",
        payload={},
        created_at=make.NOW,
    ),
}
