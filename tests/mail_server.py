"""A mail server on loopback that accepts, puts off, refuses or hangs, as it is told."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class MailServer:
    """What came in, and what to answer: "250 OK" unless told otherwise."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.at_recipient = "250 OK"
        self.at_data = "250 OK"
        self.hangs = 0.0
        self.port = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Takes or refuses a reader's address."""
        if self.at_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.at_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Takes or refuses a mail, perhaps late."""
        if self.hangs:
            await asyncio.sleep(self.hangs)
        if self.at_data.startswith("250"):
            parsed: Any = email.message_from_bytes(
                bytes(envelope.original_content or b""), policy=email.policy.default
            )
            self.mails.append(parsed)
        return self.at_data


@contextmanager
def running() -> Iterator[MailServer]:
    """The server while the block lasts."""
    server = MailServer()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server.port = free.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=server.port, ready_timeout=120)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
