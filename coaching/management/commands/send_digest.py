"""`manage.py send_digest SLUG --to EMAIL --week 2026-W40`: one digest, at once."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils import timezone

from accounts import mailing
from accounts.models import Organization
from accounts.tenancy import scope
from coaching import digest, digest_letter
from coaching.sending_time import last_whole_week

FIRST_YEAR = 2006


class Command(BaseCommand):
    """Sends the digest of one week to one address; it counts as nobody's copy and keeps nothing."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose digest, to whom, about which week."""
        parser.add_argument("slug", help="The organization's address, as in /o/<address>/.")
        parser.add_argument("--to", metavar="EMAIL", help="Where it goes; without it the text is printed.")
        parser.add_argument(
            "--week", help="The covered week, such as 2026-W40; without it the last whole one."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Composes and sends, or says what is wrong."""
        organization = Organization.objects.filter(slug=options["slug"]).first()
        if organization is None:
            raise CommandError(f"There is no organization with the address {options['slug']}.")
        now = timezone.now()
        with organization.customs(), scope([organization.pk]):
            latest = last_whole_week(now, organization.zone)
            week = monday(options["week"]) if options["week"] else digest.covered_week(organization, now=now)
            if week > latest:
                raise CommandError(f"That week is not over yet; the last whole one is {latest:%G-W%V}.")
            kept = organization.digestissues.select_related("organization").filter(week=week).first()
            told = digest.read(kept) if kept else digest.preview(organization, week=week, now=now)
            letter = digest_letter.letter(told, options["to"] or "", subscription=None, now=now)
        if not options["to"]:
            mail = mailing.compose(letter)
            self.stdout.write(f"{mail.subject}\n\n{mail.body}")
            return
        try:
            validate_email(options["to"])
            mailing.send(letter)
        except ValidationError:
            raise CommandError(f"{options['to']} is no email address.") from None
        except OSError as refused:
            raise CommandError(f"The mail server did not take it: {refused}") from refused
        self.stdout.write(f"Sent the digest of {week:%G-W%V} to {options['to']}.")


def monday(named: str) -> date:
    """The Monday of a week such as 2026-W40."""
    year, _, week = named.upper().partition("-W")
    try:
        found = date.fromisocalendar(int(year), int(week), 1)
    except ValueError:
        raise CommandError(f"{named} is no week; write it such as 2026-W40.") from None
    if found.year < FIRST_YEAR:
        raise CommandError(f"{named} was before either network began.")
    return found
