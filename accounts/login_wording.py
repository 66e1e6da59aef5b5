"""What is said when logging in, or changing how, does not work: instead of allauth's own words."""

from django.utils.translation import gettext_lazy as _

_MANY_TRIES = _("There were many tries in a short time. Wait a few minutes, then try again.")
_NEW_LINK = _("This link no longer works. Ask for a new one.")

ABOUT_ACCOUNTS = {
    "account_inactive": _("This account is closed. If that is a mistake, write to whoever runs this site."),
    "cannot_remove_primary_email": _("Your main address stays. Make another one the main one first."),
    "duplicate_email": _("This address belongs to your account already."),
    "email_password_mismatch": _(
        "This address and this password do not go together. Try again, or choose a new password."
    ),
    "email_taken": _(
        "This address belongs to another account already. Log in with that account, or use another address."
    ),
    "enter_current_password": _("This is not your current password. Try again."),
    "incorrect_code": _("This is not the right code. Try again, or ask for a new one."),
    "incorrect_password": _("This is not your password. Try again."),
    "invalid_login": _("That did not work. Try again, or log in another way."),
    "invalid_or_expired_key": _NEW_LINK,
    "invalid_password_reset": _NEW_LINK,
    "max_email_addresses": _("You can have %d addresses. Remove one first."),
    "rate_limited": _MANY_TRIES,
    "same_as_current": _("This is the same as before. Write another one."),
    "too_many_login_attempts": _MANY_TRIES,
    "unknown_email": _("There is no account with this address. Try another one, or sign up."),
    "unverified_primary_email": _("Confirm your main address first, with the link that we sent there."),
}
"""By allauth's codes; what is not here cannot happen on this site."""

ABOUT_SECOND_STEPS = {
    "add_email_blocked": _("With two-step login on, no address can be added. Switch it off first."),
    "cannot_generate_recovery_codes": _("Switch on two-step login first; then there are recovery codes."),
    "incorrect_code": _("That was not the right code or passkey. Try again."),
    "unverified_email": _("Confirm your email address first, then switch on two-step login."),
}
