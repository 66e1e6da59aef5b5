"""The admin: for staff with a second step, about what stands in MODELS and nothing else."""

from __future__ import annotations

from typing import Any

from tests.routes.expecting import (
    ANONYMOUS,
    CONSULTANT,
    EDITOR,
    ENDED,
    FORMER,
    METHODS,
    OWNER,
    STAFF,
    STRANGER,
    VIEWER,
    Route,
    for_each,
)  # fmt: skip

NOT_STAFF = (OWNER, EDITOR, VIEWER, CONSULTANT, ENDED, FORMER, STRANGER, ANONYMOUS)
MODELS = {
    "accounts_user": lambda stage: stage.people[OWNER].pk,
    "accounts_organization": lambda stage: stage.theatre.organization.pk,
    "account_emailaddress": lambda stage: (
        stage.people[OWNER].emailaddress_set.get_or_create(email=stage.people[OWNER].email)[0].pk
    ),
}


def staff(answers: dict[str, int] | tuple[int, int], *arguments: Any, path: str = "") -> Route:
    """What staff get; everybody else is sent to the login, which tells them what they lack."""
    return for_each({NOT_STAFF: dict.fromkeys(METHODS, 302), (STAFF,): answers}, *arguments, path=path)


def any_method(status: int) -> dict[str, int]:
    """The same for each method."""
    return dict.fromkeys(METHODS, status)


def model(name: str, row: Any) -> dict[str, Route]:
    """The admin's pages of one model."""
    shown = any_method(200)
    address = f"admin/{name.replace('_', '/')}/"
    return {
        f"admin:{name}_changelist": staff(shown),
        f"admin:{name}_add": staff(shown),
        f"admin:{name}_history": staff(shown, row),
        f"admin:{name}_delete": staff(shown if name == "account_emailaddress" else any_method(403), row),
        f"admin:{name}_change": staff(shown, row),
        f"{address}<path:object_id>/": staff(any_method(302), row, path=f"/{address}{{}}/"),
    }


ROUTES = {
    "admin:index": staff(any_method(200)),
    "admin:login": for_each(
        {
            (OWNER, EDITOR, VIEWER, CONSULTANT, ENDED, FORMER, STRANGER): any_method(403),
            (STAFF, ANONYMOUS): any_method(302),
        }
    ),
    "admin:logout": staff({"POST": 302, "OPTIONS": 200}),
    "admin:password_change": staff({"GET": 200, "HEAD": 200, "POST": 200, "PUT": 200, "OPTIONS": 200}),
    "admin:password_change_done": staff({"GET": 200, "HEAD": 200, "OPTIONS": 200}),
    "admin:autocomplete": staff({"GET": 403, "HEAD": 403, "OPTIONS": 200}),
    "admin:jsi18n": staff({"GET": 200, "HEAD": 200, "OPTIONS": 200}),
    "admin:view_on_site": staff(any_method(404), 0, 0),
    "admin:app_list": staff(any_method(200), "accounts"),
    "admin/(?P<url>.*)$": staff(any_method(404), path="/admin/nothing/"),
}
for name, row in MODELS.items():
    ROUTES |= model(name, row)
