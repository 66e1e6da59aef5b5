"""What networks call, and what they get who are none."""

from __future__ import annotations

from tests.routes.expecting import EVERYBODY, public

NO_HEAD = {(who, "HEAD"): 405 for who in EVERYBODY}

ROUTES = {
    "coaching:webhook_x": public(get=403, post=403, but=NO_HEAD),
    "coaching:webhook_facebook": public(get=403, post=403, but=NO_HEAD),
    "coaching:facebook_deauthorize": public(get=405, post=403),
    "coaching:facebook_deletion": public(get=405, post=403),
}
