"""What networks call, and what they get who are none."""

from __future__ import annotations

from tests.routes.expecting import public

ROUTES = {
    "coaching:webhook_x": public(get=403, post=403),
    "coaching:webhook_facebook": public(get=403, post=403),
    "coaching:facebook_deauthorize": public(get=405, post=403),
    "coaching:facebook_deletion": public(get=405, post=403),
}
