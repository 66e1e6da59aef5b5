"""Logging in and one's own account: the pages of allauth, whose form pages take PUT for POST."""

from __future__ import annotations

from tests.routes.expecting import ANONYMOUS, LOGGED_IN, METHODS, STAFF, Route, for_each

Told = tuple[int, int, int]
"""What GET, POST and PUT get."""
AWAY = dict.fromkeys(METHODS, 302)
NOTHING = dict.fromkeys(METHODS, 404)


def shown(get: int, post: int, put: int) -> dict[str, int]:
    """A page of a class-based view, which answers OPTIONS as well."""
    return {"GET": get, "HEAD": get, "POST": post, "PUT": put, "OPTIONS": 200}


FORM, LOOK = shown(200, 200, 200), shown(200, 405, 405)


def people(logged_in: dict[str, int], anonymous: dict[str, int] = AWAY, *arguments: object) -> Route:
    """What those who are logged in get, and those who are not."""
    return for_each({LOGGED_IN: logged_in, (ANONYMOUS,): anonymous}, *arguments)


def with_second_step(without: dict[str, int], having: dict[str, int]) -> Route:
    """What differs for staff, who are the ones with a second step on our stage."""
    others = tuple(who for who in LOGGED_IN if who != STAFF)
    return for_each({others: without, (STAFF,): having, (ANONYMOUS,): AWAY})


ROUTES = {
    "account_login": people(AWAY, FORM),
    "account_signup": people(AWAY, FORM),
    "account_logout": people(shown(200, 302, 405), shown(302, 302, 405)),
    "account_inactive": people(LOOK, LOOK),
    "account_reauthenticate": people(FORM),
    "account_email": people(shown(200, 302, 302)),
    "account_email_verification_sent": people(LOOK, LOOK),
    "account_confirm_email": people(shown(200, 404, 405), shown(200, 404, 405), "nobody"),
    "account_change_password": people(FORM),
    "account_set_password": people(AWAY),
    "account_reset_password": people(FORM, FORM),
    "account_reset_password_done": people(LOOK, LOOK),
    "account_reset_password_from_key": people(
        dict.fromkeys(METHODS, 200), dict.fromkeys(METHODS, 200), "1", "nobody"
    ),
    "account_reset_password_from_key_done": people(LOOK, LOOK),
    "account_confirm_login_code": people(AWAY),
    "mfa_index": people(LOOK),
    "mfa_authenticate": people(AWAY),
    "mfa_reauthenticate": with_second_step(AWAY, FORM),
    "mfa_activate_totp": people(AWAY),  # to confirm the password first
    "mfa_deactivate_totp": with_second_step(NOTHING, AWAY),
    "mfa_view_recovery_codes": people(shown(404, 405, 405)),
    "mfa_generate_recovery_codes": people(AWAY),
    "mfa_download_recovery_codes": people(NOTHING),
    "mfa_list_webauthn": people(LOOK),
    "mfa_add_webauthn": people(AWAY),
    "mfa_edit_webauthn": people(AWAY, AWAY, 1),
    "mfa_remove_webauthn": people(AWAY, AWAY, 1),
    "mfa_reauthenticate_webauthn": people(AWAY),
    "mfa_login_webauthn": people(AWAY, shown(302, 302, 302)),
    "usersessions_list": people(shown(200, 302, 302)),
}
