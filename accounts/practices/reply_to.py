"""Where answers to a practice's mails go: an address that has said yes."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import Practice

_SALT = "engage.practice.reply-to"
_LASTS = 14 * 24 * 3600


def url(practice: Practice) -> str:
    """Where whoever reads the address that was asked says yes."""
    token = signing.dumps([practice.pk, practice.reply_to_asked], salt=_SALT)
    return settings.BASE_URL + reverse("accounts:practice_reply_to", args=[token])


def find(token: str) -> Practice | None:
    """The practice that such a link is about; None where it is not ours, too old or no longer asked."""
    try:
        pk, address = signing.loads(token, salt=_SALT, max_age=_LASTS)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return (
        Practice.objects.defer("logo")
        .filter(pk=pk, reply_to_asked=address)
        .exclude(reply_to_asked="")
        .first()
    )


def confirm(practice: Practice) -> None:
    """From now on answers go there."""
    asked = Practice.objects.filter(pk=practice.pk, reply_to_asked=practice.reply_to_asked)
    asked.update(reply_to=practice.reply_to_asked, reply_to_asked="")
