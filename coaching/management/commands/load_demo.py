"""`load_demo`: the sample theatre, a practice with a dozen clients, and those who may look at them."""

import json
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command
from django.utils import timezone

from coaching import sample, sample_practice


class Command(BaseCommand):
    """Loads the samples through the same pull as real data; can be run again."""

    help = "Load the sample theatre and practice; prints their logins as one JSON line."

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrates first; the printed login works afterwards whatever was changed before."""
        call_command("migrate", interactive=False, verbosity=0)
        password, now = settings.DEMO_PASSWORD, timezone.now()
        loaded = sample.load(email=settings.DEMO_EMAIL, password=password, now=now)
        logins = {"staff": settings.DEMO_STAFF_EMAIL, "consultant": settings.DEMO_CONSULTANT_EMAIL}
        loaded |= sample_practice.load(**logins, password=password, now=now)
        self.stdout.write(
            json.dumps({"email": settings.DEMO_EMAIL, "password": password, **logins, **loaded})
        )
