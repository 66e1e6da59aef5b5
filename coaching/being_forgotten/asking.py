"""Somebody asks to be forgotten: they say who they are, and open a link in a mail to confirm it."""

import re
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from coaching import pending_mails
from coaching.models import Connection, ForgetRequest

ANSWER_WITHIN = timedelta(days=7)
MOST_UNANSWERED = 3
"""Links that one address gets before one of them is opened: the form is no way to fill a mailbox."""
KEPT = timedelta(days=365)
"""How long the page says that it was done; it names nobody."""
_SALT = "engage.forget-request"
_X_HANDLE = re.compile(r"@?[A-Za-z0-9_]{1,50}")
_X_PROFILE = re.compile(
    r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/(?P<handle>[A-Za-z0-9_]{1,50})/?(?:\?.*)?"
)
_FACEBOOK = re.compile(r"\d{5,30}|https://(?:www\.|m\.)?facebook\.com/\S{3,280}|@?[\w.]{3,80}")
State = ForgetRequest.State


def read(network: str, told: str) -> str:
    """Who is meant, as we look for them; raises ValueError where nobody can be found by that."""
    told = told.strip()
    if network == Connection.Network.TWITTER:
        if profile := _X_PROFILE.fullmatch(told):
            return profile["handle"]
        if _X_HANDLE.fullmatch(told):
            return told.lstrip("@")
    elif _FACEBOOK.fullmatch(told):
        return told.lstrip("@")
    raise ValueError(told)


def ask(network: str, handle: str, email: str, *, now: datetime) -> ForgetRequest | None:
    """Notes a request and mails the link; the same again within a week asks nobody a second time.

    None where the address has too many links that nobody opened.
    """
    known = ForgetRequest.objects.filter(
        network=network, handle__iexact=handle, email=email.lower(), decided_at__isnull=True
    ).first()
    if known is not None and known.asked_at > now - ANSWER_WITHIN:
        return known
    unanswered = ForgetRequest.objects.filter(
        email=email.lower(), state=State.ASKED, asked_at__gt=now - ANSWER_WITHIN
    )
    if unanswered.count() >= MOST_UNANSWERED:
        return None
    request = ForgetRequest.objects.create(
        code=secrets.token_urlsafe(18), network=network, handle=handle, email=email.lower(), asked_at=now
    )
    # What strangers type reaches nobody's mailbox but as a handle of X, which has no room for an address.
    shown = f"@{handle}" if network == Connection.Network.TWITTER else ""
    pending_mails.put(
        "forget_confirm", request.email, now=now, handle=shown, network=network, url=confirming_url(request)
    )
    return request


def confirming_url(request: ForgetRequest) -> str:
    """The link in the mail."""
    token = signing.dumps(request.pk, salt=_SALT)
    return settings.BASE_URL + reverse("coaching:forget_confirm", args=[token])


def find(token: str) -> ForgetRequest | None:
    """The request that a link is about, while it can be confirmed."""
    try:
        pk = signing.loads(token, salt=_SALT, max_age=ANSWER_WITHIN)
    except signing.BadSignature:
        return None
    return ForgetRequest.objects.filter(pk=pk).first()


def confirm(request: ForgetRequest, *, now: datetime) -> None:
    """Whoever has the address said yes; twice does no harm."""
    ForgetRequest.objects.filter(pk=request.pk, state=State.ASKED).update(
        state=State.CONFIRMED, confirmed_at=now
    )


def waiting() -> list[ForgetRequest]:
    """What the operator has to decide, the oldest first."""
    return list(ForgetRequest.objects.filter(state=State.CONFIRMED).order_by("asked_at"))


def drop_old(now: datetime) -> int:
    """Forgets requests whose link was never opened, and the pages of those that were decided a year ago."""
    unopened = ForgetRequest.objects.filter(state=State.ASKED, asked_at__lt=now - ANSWER_WITHIN)
    decided = ForgetRequest.objects.filter(decided_at__lt=now - KEPT)
    return unopened.delete()[0] + decided.delete()[0]
