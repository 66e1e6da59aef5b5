"""Checking oneself and letting an organization know: for everybody, without a login."""

from __future__ import annotations

from tests.routes.expecting import public

ROUTES = {
    "coaching:check_yourself": public(post=422),
    "coaching:let_them_know": public(post=422),
}
