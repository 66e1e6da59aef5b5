"""Keeps secrets out of the log: an address in it may be a key."""

import logging
import re

# What an invitation, a digest or a token carries: long, without spaces, and not made of words alone.
_SECRET = re.compile(r"(?=[\w.:~-]*[A-Z0-9])[\w:~-][\w.:~-]{21,}")
_LINES_OF_REQUESTS = ("django.request", "django.security", "django.server", "django.channels")


class SecretsFilter(logging.Filter):
    """Puts […] in the place of whatever may be a secret in the lines about requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always passes the record on, changed where it has to be."""
        if record.name.startswith(_LINES_OF_REQUESTS):
            record.msg, record.args = _SECRET.sub("[…]", record.getMessage()), ()
        return True
