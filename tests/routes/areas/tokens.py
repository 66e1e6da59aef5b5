"""Tokens for programs: one's own, and an organization's."""

from __future__ import annotations

from typing import Any

from accounts import tokens
from accounts.models import ApiToken, Role
from tests import make
from tests.routes.expecting import OWNER, deed, form, mine
from tests.routes.stage import Place


def _token(place: Place) -> Any:
    wish = tokens.Wish("report sheet")
    return tokens.issue_for(place.organization, wish, role=Role.VIEWER, by=place.owner, now=make.NOW).token


ROUTES = {
    "accounts:my_tokens": mine(post=200),
    "accounts:my_token_end": mine(ApiToken, get=405, post=404),  # of the organization, so nobody's own
    "accounts:tokens": form(OWNER, look=OWNER, post=200),
    "accounts:token_end": deed(OWNER, ApiToken),
}
ROWS = {ApiToken: _token}
