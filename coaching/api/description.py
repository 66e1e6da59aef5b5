"""The API's description: problems under their media type, and the same as a page for people."""

from dataclasses import dataclass
from typing import Any

from coaching.api.problems import MEDIA_TYPE


@dataclass(frozen=True)
class Value:
    """Something that is sent or answered: its name, its kind in short, and what it is."""

    name: str
    kind: str
    text: str


@dataclass(frozen=True)
class Route:
    """One thing that can be asked."""

    id: str
    method: str
    path: str
    title: str
    text: str
    asked: tuple[Value, ...]
    sent: tuple[Value, ...]
    answered: tuple[Value, ...]
    statuses: str


@dataclass(frozen=True)
class DocsPage:
    """Everything the page prints."""

    title: str
    text: str
    routes: tuple[Route, ...]


def name_problems(schema: dict[str, Any]) -> None:
    """Puts every answer from 400 on under application/problem+json."""
    for _, _, operation in _operations(schema):
        for status, told in operation["responses"].items():
            content = told.get("content", {})
            if int(status) >= 400 and "application/json" in content:
                content[MEDIA_TYPE] = content.pop("application/json")


def page(schema: dict[str, Any]) -> DocsPage:
    """The page of a description."""
    return DocsPage(
        title=schema["info"]["title"],
        text=schema["info"]["description"],
        routes=tuple(_route(schema, *one) for one in _operations(schema)),
    )


def _operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def _route(schema: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> Route:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    shown = operation["responses"][200]["content"]["application/json"]["schema"]
    return Route(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        title=operation["summary"],
        text=operation.get("description", ""),
        asked=tuple(
            Value(
                one["name"],
                _kind(one["schema"]),
                one.get("description") or one["schema"].get("description", ""),
            )
            for one in operation["parameters"]
        ),
        sent=_values(schema, body),
        answered=_values(schema, shown),
        statuses=", ".join(str(status) for status in operation["responses"]),
    )


def _values(schema: dict[str, Any], found: dict[str, Any]) -> tuple[Value, ...]:
    properties = _named(schema, found).get("properties", {})
    return tuple(
        Value(name, _kind(one), one.get("description", "") or _inside(schema, one))
        for name, one in properties.items()
    )


def _named(schema: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    name = found.get("$ref", "").rpartition("/")[2]
    named: dict[str, Any] = schema["components"]["schemas"].get(name, found)
    return named


def _inside(schema: dict[str, Any], found: dict[str, Any]) -> str:
    """The fields of the objects in a list, in one line."""
    return ", ".join(_named(schema, found.get("items", {})).get("properties", {}))


def _kind(found: dict[str, Any]) -> str:
    if "enum" in found:
        return " | ".join(str(one) or "(empty)" for one in found["enum"])
    if "anyOf" in found:
        return " | ".join(dict.fromkeys(_kind(one) for one in found["anyOf"]))
    if "$ref" in found:
        return str(found["$ref"]).rpartition("/")[2]
    if found.get("type") == "array":
        return f"list of {_kind(found['items'])}"
    return str(found.get("format") or found.get("type") or "any")
