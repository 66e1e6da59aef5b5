"""Pages for everybody, and what links in mails open."""

from __future__ import annotations

from tests.routes.expecting import public

ROUTES = {
    "landing": public(),
    "healthz": public(),
    "accounts:dress_logo": public("nobody", get=404),
    "accounts:dress_sheet": public("nobody", get=404),
    "coaching:letter": public("nobody", get=410),  # without a link of ours
    "coaching:reader": public("nobody", get=404, post=404),
    "coaching:reader_leave": public("nobody", get=404, post=404),
    "coaching:archive_mail": public("nobody", get=404, post=404),
    "coaching:practice_leave": public("nobody", get=404, post=404),
    "coaching:deletion_status": public("nobody", get=404),
}
