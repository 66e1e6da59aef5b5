"""`forget_person`: forget somebody in every organization of this installation."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from coaching.being_forgotten import asking, carrying_out
from coaching.models import Connection


class Command(BaseCommand):
    """Deletes what somebody wrote, everywhere; a hash keeps every pull and import from bringing them back."""

    help = (
        "Forget a person everywhere: their handle, their id at the network, or a link to a comment of theirs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, and where."""
        parser.add_argument("handle")
        parser.add_argument(
            "--network", choices=Connection.Network.values, default=Connection.Network.TWITTER
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Says in how many organizations they were named; again does no harm."""
        try:
            who = asking.read(options["network"], options["handle"])
        except ValueError as wrong:
            raise CommandError("That is no handle, id or link of this network.") from wrong
        done = carrying_out.forget(options["network"], who, now=timezone.now())
        self.stdout.write(
            f"Forgotten: named by {done.organizations} organizations, {done.messages} messages deleted. "
            "A hash keeps them from coming back."
        )
