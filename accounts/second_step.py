"""Two-step login: whose secrets are encrypted at rest, and which organizations ask for it."""

import logging
import secrets
from base64 import b32encode

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import login_wording, sealing
from accounts.models import Organization, User

log = logging.getLogger(__name__)
SEALED = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}
"""Which value of an authenticator's data is a secret; passkeys hold none, only public keys."""


class Adapter(DefaultMFAAdapter):
    """What allauth leaves to the site that it serves."""

    error_messages = DefaultMFAAdapter.error_messages | login_wording.ABOUT_SECOND_STEPS

    def encrypt(self, text: str) -> str:
        """How a secret is stored."""
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; one that no code fits where none of our keys opens what is stored."""
        try:
            return sealing.unseal(encrypted_text)
        except sealing.Unsealable:
            log.error("A second step cannot be read: FIELD_ENCRYPTION_KEYS lacks the key it was stored with.")
            return b32encode(secrets.token_bytes(20)).decode()

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """What a new passkey is called until its owner says otherwise."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}

    def get_totp_issuer(self) -> str:
        """What authenticator apps show above the code."""
        return "Engage"


def has(user: User | AnonymousUser) -> bool:
    """Whether this person has set up a second step. One query."""
    return bool(is_mfa_enabled(user))


def lacking(user: User | AnonymousUser, organization: Organization) -> bool:
    """Whether the organization asks for a second step that this person has not set up."""
    return organization.require_two_factor and not has(user)


def rotate() -> tuple[int, int]:
    """Seals every secret with the first key; (how many, how many no key opens). Once more does no harm."""
    rotated = shut = 0
    with transaction.atomic():
        for kept in Authenticator.objects.select_for_update().filter(type__in=SEALED).order_by("pk"):
            field = SEALED[Authenticator.Type(kept.type)]
            if field not in kept.data:  # codes that somebody brought from elsewhere
                continue
            try:
                kept.data[field] = sealing.reseal(kept.data[field])
            except sealing.Unsealable:
                shut += 1
                continue
            kept.save(update_fields=["data"])
            rotated += 1
    return rotated, shut
