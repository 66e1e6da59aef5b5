"""`load_demo`: the sample theatre and somebody who may look at it."""

import json
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command
from django.utils import timezone

from coaching import sample


class Command(BaseCommand):
    """Loads the sample organization through the same pull as real data; can be run again."""

    help = "Load the sample theatre; prints its login as one JSON line."

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrates first; the printed login works afterwards whatever was changed before."""
        call_command("migrate", interactive=False, verbosity=0)
        loaded = sample.load(email=settings.DEMO_EMAIL, password=settings.DEMO_PASSWORD, now=timezone.now())
        self.stdout.write(
            json.dumps({"email": settings.DEMO_EMAIL, "password": settings.DEMO_PASSWORD, **loaded})
        )
