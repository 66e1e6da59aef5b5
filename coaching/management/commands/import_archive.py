"""`import_archive`: an account archive into an organization, without a browser or a worker."""

import json
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.utils import timezone

from accounts.models import Organization
from coaching import import_wording, importing
from coaching.networks import archives
from coaching.networks.contract import Unreadable


class Command(BaseCommand):
    """Imports an X archive zip or a Facebook Page export; the file itself is left alone."""

    help = "Import an account archive; prints what came of it."

    def add_arguments(self, parser: CommandParser) -> None:
        """SLUG FILE [--json]"""
        parser.add_argument("slug")
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="Print one JSON line.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrates first; ends with an error and changes nothing when the file cannot be read."""
        call_command("migrate", interactive=False, verbosity=0)
        organization = Organization.objects.filter(slug=options["slug"]).first()
        if organization is None:
            raise CommandError(
                f"There is no organization {options['slug']}; make it with create_organization first."
            )
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.")
        try:
            archive = archives.open_archive(options["file"])
            result = importing.bring_in(organization, archive, clock=timezone.now)
        except Unreadable as problem:
            raise CommandError(import_wording.explain(problem.reason, problem.params)) from problem
        if options["json"]:
            self.stdout.write(json.dumps(result))
        else:
            self.stdout.write(
                f"@{result['handle']}: {result['posts']} posts from {result['first']} to {result['last']}; "
                f"{result['new']} new, {result['updated']} updated, {result['skipped']} as they were."
            )
