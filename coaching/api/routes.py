"""The API put together: its routes, its errors, its description."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase
from ninja.openapi.schema import OpenAPISchema

from coaching.api import deciding, description, problems, reading
from coaching.api.entrance import TokenAuth


class Docs(DocsBase):
    """A page of our own: nothing on it comes from elsewhere or is written into it."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **arguments: Any) -> HttpResponse:
        """Every route, in words."""
        page = description.page(api.get_openapi_schema(path_params=arguments))
        return render(request, "coaching/api_docs.html", {"page": page})


class EngageAPI(NinjaAPI):
    """The API; its errors stand in its description as what they are."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The description, with problems under their own media type."""
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        description.name_problems(schema)
        return schema

    def get_openapi_operation_id(self, operation: Any) -> str:
        """The name of the function, which is unique here."""
        return operation.view_func.__name__


api = EngageAPI(
    title="Engage",
    version="1",
    description=(
        "The same figures, posts and suggestions as on the pages. Words of other people never stand here: "
        "there are ids, times, labels and links."
    ),
    urls_namespace="api",
    auth=TokenAuth(),
    docs=Docs(),
)
problems.handle(api)
api.add_router("/organizations", reading.router)
api.add_router("/organizations", deciding.router)


def _open(found: tuple[Any, str, str]) -> tuple[Any, str, str]:
    """The same addresses, none of them behind the login: a token is asked for, or nothing."""
    for pattern in found[0]:
        if isinstance(pattern, URLPattern):
            pattern.callback.login_required = False  # type: ignore[attr-defined]
    return found


urls = _open(api.urls)
