"""`create_organization`: an organization and its owner, without a browser."""

import json
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from accounts import organizing
from accounts.models import User


class Command(BaseCommand):
    """Creates an organization; its owner too, where there is none, with a link to set a password."""

    help = "Create an organization and its owner; prints one JSON line."

    def add_arguments(self, parser: CommandParser) -> None:
        """SLUG --name NAME --owner EMAIL [--timezone TZ]"""
        parser.add_argument("slug")
        parser.add_argument("--name", required=True)
        parser.add_argument("--owner", required=True, metavar="EMAIL")
        parser.add_argument("--timezone", default="Europe/London", metavar="TZ")

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrates first, so that it works on a database that has just begun."""
        call_command("migrate", interactive=False, verbosity=0)
        email = options["owner"].strip().lower()
        try:
            validate_email(email)
            with transaction.atomic():  # no owner without an organization
                owner = User.objects.filter(email=email).first()
                made = owner is None
                owner = owner or User.objects.create_user(email)
                organization = organizing.create_organization(
                    slug=options["slug"], name=options["name"], timezone=options["timezone"], owner=owner
                )
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages)) from wrong
        answer = {
            "organization": organization.slug,
            "name": organization.name,
            "timezone": organization.timezone,
            "owner": email,
            "owner_created": made,
            "set_password_url": password_link(owner) if made else None,
        }
        self.stdout.write(json.dumps(answer))


def password_link(user: User) -> str:
    """The link under which a user who has no password yet sets one."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    uid, _, token = key.partition("-")
    return settings.BASE_URL + reverse(
        "account_reset_password_from_key", kwargs={"uidb36": uid, "key": token}
    )
