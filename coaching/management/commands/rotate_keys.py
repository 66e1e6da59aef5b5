"""`rotate_keys`: put every stored token under the first encryption key."""

import json
from typing import Any

from django.core.management import BaseCommand, CommandError

from coaching import rotating


class Command(BaseCommand):
    """Afterwards the former keys may leave FIELD_ENCRYPTION_KEYS, unless a token could not be opened."""

    help = "Encrypt all stored tokens anew with the first of FIELD_ENCRYPTION_KEYS; can be run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints how many tokens were rotated, and how many no key opens."""
        rotated, shut = rotating.rotate()
        self.stdout.write(json.dumps({"rotated": rotated, "cannot_be_opened": shut}))
        if shut:
            raise CommandError("Keep the former keys: some tokens cannot be opened with those that are set.")
