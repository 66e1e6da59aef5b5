"""`score`: what the judge says of posts or messages given as JSON lines."""

import os
import sys
from collections.abc import Iterator
from typing import Any

from django.core.management import BaseCommand, CommandParser

from coaching import scoring

CHUNK = 1 << 16


class Command(BaseCommand):
    """Reads JSON lines from the standard input and answers each with one, in order; needs no database."""

    help = "Judge posts (or, with --messages, messages) given as JSON lines on the standard input."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """[--messages]"""
        parser.add_argument("--messages", action="store_true", help="Judge what people wrote to you.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Answers what has arrived at once, so that someone typing sees every line."""
        score = scoring.score_messages if options["messages"] else scoring.score_posts
        try:
            for lines in arriving(sys.stdin.fileno()):
                for answer in score(lines):
                    self.stdout.write(answer)
                self.stdout.flush()
        except BrokenPipeError:
            # Whoever read our answers has seen enough; keep Python from complaining about it at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def arriving(source: int) -> Iterator[list[bytes]]:
    """Whole lines of a file descriptor as they come in, many at a time where many are waiting."""
    rest = b""
    while chunk := os.read(source, CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        if lines:
            yield lines
    if rest:
        yield [rest]
