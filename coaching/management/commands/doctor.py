"""`doctor`: is this installation well, and what to do where it is not."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from coaching import doctor, tasks


class Command(BaseCommand):
    """Looks at keys, addresses, database, broker, worker, beat, mail and clock."""

    help = "Check this installation and say what to do; ends with status 1 where something is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        """For people, or for programs."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """A line for each thing looked at, or one JSON object."""
        workers = tasks.workers()
        findings = doctor.examine(now=timezone.now(), workers=workers)
        wrong = [one for one in findings if one.state == "wrong"]
        if options["json"]:
            told = {"ok": not wrong, "checks": [asdict(one) for one in findings]}
            self.stdout.write(json.dumps(told))
        else:
            for one in findings:
                self.stdout.write(
                    f"{one.state:8} {one.name}: {one.found}" + (f" – {one.do}" if one.do else "")
                )
        if wrong:
            raise CommandError(f"wrong: {', '.join(one.name for one in wrong)}")
