"""`figures`: every figure of an organization in a period, as screen, digest, export and API show it."""

import json
from datetime import date
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import figure_table, period_figures


class Command(BaseCommand):
    """Prints the figures; without dates those of the twelve weeks that the dashboard speaks of."""

    help = "Print all figures of an organization in a period (days are inclusive, in its own time zone)."

    def add_arguments(self, parser: CommandParser) -> None:
        """SLUG [--since DATE] [--until DATE] [--json]"""
        parser.add_argument("slug")
        parser.add_argument("--since", type=date.fromisoformat, help="First day, such as 2026-01-01.")
        parser.add_argument("--until", type=date.fromisoformat, help="Last day.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: Any, **options: Any) -> None:
        """An organization without posts has a period of null and no figures."""
        organization = Organization.objects.filter(slug=options["slug"]).first()
        if organization is None:
            raise CommandError(f"There is no organization {options['slug']}.")
        if options["since"] and options["until"] and options["since"] > options["until"]:
            raise CommandError("The first day comes after the last one.")
        now = timezone.now()
        with scope([organization.pk]):
            period = period_figures.usual_period(
                organization,
                organization.connections.all(),
                now=now,
                since=options["since"],
                until=options["until"],
            )
            found = period_figures.measure(organization, period, now=now) if period else None
        rows = figure_table.table(found) if found else []
        if options["json"]:
            said = {
                "organization": organization.slug,
                "timezone": organization.timezone,
                "since": period.first.isoformat() if period else None,
                "until": period.last.isoformat() if period else None,
                "figures": rows,
            }
            self.stdout.write(json.dumps(said, ensure_ascii=False))
            return
        for row in rows:
            where = f" ({row['where']})" if "where" in row else ""
            self.stdout.write(f"{row['name']}{where}: {row.get('words', row['value'])}")
