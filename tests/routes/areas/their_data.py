"""An organization's data, and the privacy of those who wrote to it."""

from __future__ import annotations

from coaching.models import Retention, Takeaway
from tests.make import NOW
from tests.routes.areas.operators import staff
from tests.routes.expecting import OWNER, deed, form, page, public
from tests.routes.stage import create

ROUTES = {
    "coaching:takeaway": form(OWNER, look=OWNER),
    "coaching:takeaway_fetch": page(Takeaway, look=OWNER, get=410),  # it has not been made yet
    "coaching:retention": form(OWNER, look=OWNER, post=422),
    "coaching:deletion": form(OWNER, look=OWNER, post=422),
    "coaching:deletion_undo": deed(OWNER),
    "coaching:privacy": public(),
    "coaching:forget_me": public(post=422),
    "coaching:forget_confirm": public("nobody", get=410, post=410),
    "coaching:forget_status": public("nobody", get=404),
    "coaching:staff_forget": staff((200, 422)),
    "coaching:erasure_receipt": public("nobody", get=404),
}
ROWS = {
    Takeaway: lambda place: create(Takeaway, place, created_at=NOW),
    Retention: lambda place: create(Retention, place, x_text_days=30),
}
