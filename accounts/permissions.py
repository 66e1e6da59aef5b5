"""Who may do what in an organization: the one table of deeds, and the check in front of views."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Practice, Role

RANK = {Role.VIEWER: 0, Role.EDITOR: 1, Role.OWNER: 2}

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Deed:
    """Something that can be done: a code, its words after “may”, and the least role that may do it.

    What gives somebody a way in that outlasts a practice's access is for members alone, also where the
    practice acts as the owner.
    """

    code: str
    words: str | Promise
    least: Role
    members_only: bool = False
    after_trial: bool = False
    """Whether a day's trial may not: it reaches people outside, or takes longer than a day."""


LOOK = Deed("look", _("look at everything: figures, posts, conversations, suggestions"), Role.VIEWER)
EXPORT = Deed("export", _("download posts, conversations and figures as tables"), Role.VIEWER)
LEAVE = Deed("leave", _("leave the organization"), Role.VIEWER)
ANSWER = Deed("answer", _("say who answers whom, and what needs no answer"), Role.EDITOR)
LABEL = Deed("label", _("correct what kind of talk a post is, and take part in checks"), Role.EDITOR)
DECIDE = Deed("decide", _("take, put off or dismiss suggestions"), Role.EDITOR)
DRAFT = Deed("draft", _("keep drafts and ask for rewrites"), Role.EDITOR)
KEEP_PEOPLE = Deed("keep_people", _("write notes about people and hide them"), Role.EDITOR)
PLAN_MEETUPS = Deed(
    "plan_meetups",
    _("plan meetups, invite to them, make them public and call them off"),
    Role.EDITOR,
    after_trial=True,
)
CHECK_IN = Deed("check_in", _("see who comes to a meetup, and tick off who is here"), Role.EDITOR)
CONNECT = Deed("connect", _("connect, import, read and disconnect accounts"), Role.EDITOR)
# A network needs about a day for an archive, which is longer than a trial lasts.
AWAIT_ARCHIVE = Deed(
    "await_archive", _("say that an archive is on its way, and be reminded"), Role.EDITOR, after_trial=True
)
SET_TARGETS = Deed("set_targets", _("set opening times and targets"), Role.EDITOR)
SET_ORGANIZATION = Deed("set_organization", _("change the name, the language and the logo"), Role.OWNER)
ASK_SECOND_STEP = Deed("ask_second_step", _("ask everybody for two-step login"), Role.OWNER)
MANAGE_MEMBERS = Deed(
    "manage_members", _("invite people, change roles and remove members"), Role.OWNER, members_only=True
)
MANAGE_PRACTICES = Deed(
    "manage_practices", _("let consultants in, and end their access"), Role.OWNER, members_only=True
)
TRANSFER = Deed("transfer", _("hand the organization over to another member"), Role.OWNER, members_only=True)
SET_BUDGET = Deed("set_budget", _("set what may be spent at X in a month"), Role.OWNER)
SWITCH_REWRITING = Deed("switch_rewriting", _("let a language model suggest rewrites"), Role.OWNER)
INVITE_READERS = Deed(
    "invite_readers", _("let others read the digest without an account"), Role.OWNER, members_only=True
)
FORGET_PEOPLE = Deed("forget_people", _("see all that is kept about a person, and forget them"), Role.OWNER)
SEE_TRAIL = Deed("see_trail", _("read who did what, when and from where"), Role.OWNER)
PUBLISH = Deed("publish", _("publish report cards, extend them and take them back"), Role.OWNER)
MANAGE_WEBHOOKS = Deed(
    "manage_webhooks", _("tell other programs when something happens"), Role.OWNER, members_only=True
)
SET_RETENTION = Deed("set_retention", _("set how long things are kept"), Role.OWNER)
TAKE_ALL = Deed("take_all", _("download everything as a file"), Role.OWNER)
DELETE = Deed("delete", _("delete the organization, and undo that for two weeks"), Role.OWNER)
MANAGE_TOKENS = Deed(
    "manage_tokens", _("give and end the organization’s API tokens"), Role.OWNER, members_only=True
)

DEEDS: tuple[Deed, ...] = (
    LOOK,
    EXPORT,
    LEAVE,
    ANSWER,
    LABEL,
    DECIDE,
    DRAFT,
    KEEP_PEOPLE,
    PLAN_MEETUPS,
    CHECK_IN,
    CONNECT,
    AWAIT_ARCHIVE,
    SET_TARGETS,
    SET_ORGANIZATION,
    ASK_SECOND_STEP,
    MANAGE_MEMBERS,
    MANAGE_PRACTICES,
    TRANSFER,
    SET_BUDGET,
    SWITCH_REWRITING,
    INVITE_READERS,
    FORGET_PEOPLE,
    SEE_TRAIL,
    PUBLISH,
    MANAGE_WEBHOOKS,
    SET_RETENTION,
    TAKE_ALL,
    DELETE,
    MANAGE_TOKENS,
)
"""Everything, from what all may do to what only owners may; the members page prints it."""


class OrganizationRequest(HttpRequest):
    """A request below /o/<organization>/, as the middleware prepared it.

    `practice` is whom a consultant comes for, None for members; `visiting` is who only looks at the sample.
    """

    organization: Any
    role: Role
    practice: Practice | None
    visiting: bool


def allows(role: str, least: Role | Deed) -> bool:
    """Whether a member with this role may do the deed, or what asks for at least that role."""
    return RANK[Role(role)] >= RANK[least.least if isinstance(least, Deed) else least]


def may(request: OrganizationRequest, deed: Deed) -> bool:
    """Whether whoever asks may do the deed here."""
    return allows(request.role, deed) and not (deed.members_only and request.practice is not None)


def requires(least: Role | Deed) -> Callable[[View], View]:
    """Lets those pass who may do the deed; others read what they would need to ask for."""
    deed = least if isinstance(least, Deed) else None

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: OrganizationRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if deed and deed.members_only and request.practice is not None:
                context = {"practice": request.practice}
                return render(request, "accounts/practices/members_only.html", context, status=403)
            if not allows(request.role, least):
                role = deed.least if deed else least
                return render(request, "403.html", {"least": role, "deed": deed}, status=403)
            if deed and deed.after_trial and request.organization.trial_ends_at:
                return render(request, "accounts/trial_not_yet.html", status=403)
            return view(request, *args, **kwargs)

        checked.requires = least  # type: ignore[attr-defined]
        return checked

    return decorate


def open_to_visitors(view: View) -> View:
    """Lets everybody look at this page of the sample organization: nothing personal, nothing that changes."""
    view.open_to_visitors = True  # type: ignore[attr-defined]
    return view


def is_open_to_visitors(view: Callable[..., Any]) -> bool:
    """Whether visitors of the sample organization may see the page."""
    return bool(getattr(view, "open_to_visitors", False))
