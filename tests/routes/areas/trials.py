"""A day's trial: asked for by anybody, opened by the link of a mail, kept by whoever has one."""

from __future__ import annotations

from tests.routes.expecting import mine, public

ROUTES = {
    "accounts:trial": public(post=422),
    "accounts:trial_open": public("nobody", get=404, post=404),
    "accounts:trial_keep": mine(get=404, post=404),
}
