"""How a practice looks to its clients: name, colour, logo, and who seems to write its mails."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts import colours
from accounts.models import Organization, Practice, User
from accounts.practices import mails


@dataclass(frozen=True)
class Look:
    """What was chosen; `logo` is a PNG, None to keep the one there is, empty to have none."""

    name: str
    brand_name: str
    sender_name: str
    reply_to: str
    colour: str
    timezone: str
    logo: bytes | None = None


@transaction.atomic
def change(practice: Practice, wanted: Look, *, now: datetime) -> bool:
    """Keeps the look. True where an address for answers was asked first whether it wants them."""
    practice.name, practice.brand_name = wanted.name, wanted.brand_name
    practice.sender_name, practice.colour = wanted.sender_name, wanted.colour.lower()
    practice.timezone, practice.look_changed_at = wanted.timezone, now
    fields = ["name", "brand_name", "sender_name", "colour", "timezone", "look_changed_at"]
    if wanted.logo is not None:
        practice.logo, practice.logo_type = wanted.logo or None, "image/png" if wanted.logo else ""
        fields += ["logo", "logo_type"]
    ask = wanted.reply_to.lower() not in ("", practice.reply_to)
    if ask:
        practice.reply_to_asked = wanted.reply_to.lower()
        mails.write(mails.Kind.REPLY_TO, practice.reply_to_asked, now=now, practice=practice)
    else:
        practice.reply_to, practice.reply_to_asked = wanted.reply_to.lower(), ""
    practice.save(update_fields=[*fields, "reply_to", "reply_to_asked"])
    return ask


def stylesheet(practice: Practice) -> str:
    """The practice's colour for light and for dark pages, each with the text that can be read on it."""
    if not practice.colour:
        return "/* no colour of its own */\n"
    light = colours.visible_on(practice.colour, colours.LIGHT_PAGE)
    dark = colours.visible_on(practice.colour, colours.DARK_PAGE)
    return (
        f":root {{ --brand: {light}; --on-brand: {colours.text_on(light)}; }}\n"
        "@media (prefers-color-scheme: dark) "
        f"{{ :root {{ --brand: {dark}; --on-brand: {colours.text_on(dark)}; }} }}\n"
    )


def seen_by(user: User, slug: str, *, now: datetime) -> Practice | None:
    """The practice whose look this person may see: its own people, and those of its clients now."""
    practice = Practice.objects.filter(slug=slug).first()
    if practice is None:
        return None
    clients = Organization.objects.filter(
        practice_access__in=practice.open_clients(now), memberships__user=user
    )
    if practice.consultants.filter(user=user).exists() or clients.exists():
        return practice
    return None
