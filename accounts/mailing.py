"""Mails in one dress: a subject, a plain text and an HTML part made from the same words."""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.mime.base import MIMEBase
from email.utils import make_msgid, parseaddr
from typing import Any
from urllib.parse import urlsplit

import mrml
from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import translation

from accounts import xml_text
from accounts.branding import Brand

HTML_AT_MOST = 100_000
"""Bytes of HTML that a mail may have; Gmail shows 102 kB and hides the rest."""
LEASE = timedelta(minutes=10)
"""How long a worker has a mail to itself."""
PUT_OFF = (1, 5, 15, 60, 240, 480, 720)
"""Minutes until the next try, by how many there were; about a day in all."""
TROUBLE = (smtplib.SMTPException, OSError, AnymailError)
"""What a mail server that is away or refuses raises."""


@dataclass(frozen=True)
class Letter:
    """One mail to one reader.

    `name` chooses templates/mail/<name>_subject.txt, <name>.txt and <name>.mjml, which print `context`.
    `list_name` and `unsubscribe_url` make it a mailing that can be left with one click. A picture among
    the `attachments` is shown in the HTML part by its Content-ID. It speaks the language in which it was
    written, wherever it is put together later.
    """

    name: str
    to: str
    context: Mapping[str, Any]
    brand: Brand | None = None
    list_name: str = ""
    unsubscribe_url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[MIMEBase, ...] = ()
    language: str | None = field(default_factory=translation.get_language)


def compose(letter: Letter) -> EmailMultiAlternatives:
    """The mail as it will be sent.

    Raises ValueError where an address or a header holds a line break, and where the HTML is too large for
    mail programs to show whole.
    """
    told = {"base_url": settings.BASE_URL, "brand": letter.brand, "letter": letter, **letter.context}
    with translation.override(letter.language):
        subject = " ".join(render_to_string(f"mail/{letter.name}_subject.txt", told).split())
        body = render_to_string(f"mail/{letter.name}.txt", told).strip() + "\n"
    mail = EmailMultiAlternatives(
        subject=subject,
        body=body,
        from_email=sender(letter.brand),
        to=[letter.to],
        reply_to=[letter.brand.reply_to] if letter.brand and letter.brand.reply_to else None,
        headers=_headers(letter),
    )
    mail.attach_alternative(html(letter), "text/html")
    for attachment in letter.attachments:
        mail.attach(attachment)
    mail.message()  # refuses line breaks in headers now, not in the middle of a mailing
    return mail


def html(letter: Letter) -> str:
    """The HTML part alone, as the preview shows it."""
    told = {"base_url": settings.BASE_URL, "brand": letter.brand, "letter": letter, **letter.context}
    with translation.override(letter.language):
        try:
            source = render_to_string(f"mail/{letter.name}.mjml", told)
        except TemplateDoesNotExist:
            # A mail without a layout of its own stands in the plain one, word for word.
            return dressed(render_to_string(f"mail/{letter.name}.txt", told), **told)
    return _laid_out(source, letter.name)


def dressed(words: str, **told: Any) -> str:
    """A mail's plain words as HTML in our dress, with links that can be followed."""
    plain = "".join(words)  # no longer marked as safe
    return _laid_out(render_to_string("mail/plain.mjml", {**told, "text": plain}), "plain")


def _laid_out(source: str, name: str) -> str:
    try:
        made = str(mrml.to_html(xml_text.allowed(source)).content)
    except OSError as wrong:  # what this library raises, and what elsewhere means a mail server
        raise ValueError(f"The layout of the mail {name} is broken: {wrong}") from wrong
    if (size := len(made.encode())) > HTML_AT_MOST:
        raise ValueError(f"The mail {name} has {size} bytes of HTML; {HTML_AT_MOST} fit.")
    return made


def send(letter: Letter, *, connection: BaseEmailBackend | None = None) -> str:
    """Sends a mail and answers with its Message-ID; a mail server that refuses raises OSError."""
    mail = compose(letter)
    mail.connection = connection
    mail.send()
    return str(mail.extra_headers["Message-ID"])


def next_try(tries: int, *, now: datetime) -> datetime | None:
    """When a mail that was tried so often is tried again; None: it has been tried for a day."""
    return now + timedelta(minutes=PUT_OFF[tries - 1]) if tries <= len(PUT_OFF) else None


def refused_for_good(trouble: Exception) -> bool:
    """Whether the reader's mail server will never take it: the address does not exist."""
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in trouble.recipients.values())
    return isinstance(trouble, AnymailRecipientsRefused)


def sender(brand: Brand | None = None) -> str:
    """The From of a mail: always the operator's address, under the practice's name where it has one."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return str(Address(brand.sender_name if brand and brand.sender_name else name, addr_spec=address))


def message_id(key: str) -> str:
    """A Message-ID that is the same each time, so that mail programs show a mail that came twice once."""
    return f"<{key}@{_host()}>"


def _host() -> str:
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def _headers(letter: Letter) -> dict[str, str]:
    host = _host()
    headers = {
        "Message-ID": make_msgid(domain=host),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        **letter.headers,
    }
    if letter.list_name:
        headers["List-Id"] = f"<{letter.list_name}.{host}>"
    if letter.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
