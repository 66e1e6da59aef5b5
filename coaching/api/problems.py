"""Errors as RFC 9457 says them: a JSON object with status, title and detail."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import ConfigDict

MEDIA_TYPE = "application/problem+json"
API = "/api/v1/"
LARGEST_BODY = 256 * 1024
_DETAILS = {
    401: "Send a token that works: Authorization: Bearer engage_…",
    404: "There is nothing here that this token reaches.",
    405: "This address does not know that method; the Allow header says which it knows.",
    413: f"A body may have {LARGEST_BODY // 1024} KiB.",
    500: "That is our fault. Nothing was changed.",
}


class Wrong(Schema):
    """One value that cannot be used."""

    where: str
    code: str
    detail: str


class ProblemOut(Schema):
    """What went wrong. `code` is for programs, `detail` for people."""

    model_config = ConfigDict(extra="forbid")

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[Wrong] = []


class Problem(Exception):
    """An answer that is an error."""

    def __init__(
        self, status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.detail, self.headers = status, code, detail, headers or {}


def answer(
    status: int, code: str = "", detail: str = "", errors: Sequence[Mapping[str, str]] = ()
) -> HttpResponse:
    """A problem as an answer."""
    title = HTTPStatus(status).phrase
    told = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "code": code or title.lower().replace(" ", "_"),
        "detail": detail or _DETAILS.get(status, title),
        "errors": list(errors),
    }
    response = JsonResponse(told, status=status, content_type=MEDIA_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Engage"'
    return response


def handle(api: NinjaAPI) -> None:
    """Has an API answer all that is raised with a problem; unforeseen errors go on to the middleware."""

    def problem(request: HttpRequest, raised: Problem) -> HttpResponse:
        response = answer(raised.status, raised.code, raised.detail)
        for name, value in raised.headers.items():
            response[name] = value
        return response

    def invalid(request: HttpRequest, raised: ValidationError) -> HttpResponse:
        wrong = [
            {
                "where": ".".join(str(part) for part in error["loc"]),
                "code": error["type"],
                "detail": error["msg"],
            }
            for error in raised.errors
        ]
        return answer(422, "not_usable", "Some of what was sent cannot be used.", wrong)

    def http(request: HttpRequest, raised: HttpError) -> HttpResponse:
        return answer(raised.status_code, detail=raised.message)

    add: Callable[[Any, Any], None] = api.add_exception_handler
    add(Problem, problem)
    add(ValidationError, invalid)
    add(HttpError, http)
    add(AuthenticationError, lambda request, raised: answer(401, "token_needed"))
    add(Http404, lambda request, raised: answer(404))
    add(RequestDataTooBig, lambda request, raised: answer(413))
    # What the use cases refuse although it is well formed: it does not go with how things stand.
    add(BadRequest, lambda request, raised: answer(409, "not_now", str(raised)))


class ProblemMiddleware:
    """What Django itself answers below /api/v1/ (no such address, our fault) is a problem too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(API):
            return self.get_response(request)
        told = request.META.get("CONTENT_LENGTH") or ""
        if told.isascii() and told.isdigit() and int(told) > LARGEST_BODY:
            return answer(413)
        response = self.get_response(request)
        if response.status_code >= 400 and response["Content-Type"] != MEDIA_TYPE:
            problem = answer(response.status_code)
            if "Allow" in response:
                problem["Allow"] = response["Allow"]
            response = problem
        response.setdefault("Cache-Control", "private, no-store")
        return response
