"""Checks requests against X's own OpenAPI document, of which our part lies under payloads/x."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
REDUCED = HERE.parents[2] / "payloads" / "x" / "x-openapi-2.159-reads.json"
FULL = HERE.parents[4] / "shared" / "data" / "contracts" / "x" / "spec" / "x-openapi-2.159.json"

READS = (
    "/2/users/me",
    "/2/users/{id}/tweets",
    "/2/users/{id}/mentions",
    "/2/tweets/search/recent",
    "/2/tweets",
    "/2/compliance/jobs/{id}",
    "/2/activity/subscriptions",
)
WRITES = ("/2/compliance/jobs", "/2/activity/subscriptions")
# Events of the Activity API that X's guides of July 2026 name and this older document does not.
NEWER_EVENTS = {"post.create", "post.delete", "post.mention.create", "post.reply.create", "oauth.revoke"}


def reduce(full: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of the paths we read, with references followed."""

    def follow(value: Any) -> Any:
        if isinstance(value, dict):
            if "$ref" in value:
                target: Any = full
                for step in value["$ref"].split("/")[1:]:
                    target = target[step]
                return follow(target)
            return {key: follow(one) for key, one in value.items() if key not in ("description", "example")}
        return [follow(one) for one in value] if isinstance(value, list) else value

    parameters = {path: follow(full["paths"][path]["get"].get("parameters", [])) for path in READS}
    bodies = {
        path: follow(full["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"])
        for path in WRITES
    }
    tweet = sorted(full["components"]["schemas"]["Tweet"]["properties"])
    return {"version": full["info"]["version"], "parameters": parameters, "bodies": bodies, "tweet": tweet}


class XSpec:
    """What X's document allows to ask."""

    def __init__(self) -> None:
        document = json.loads(REDUCED.read_text())
        self._parameters, self._bodies = document["parameters"], document["bodies"]

    def complaints(self, path: str, query: Mapping[str, str]) -> list[str]:
        """Everything about a GET that the document does not know."""
        for template, parameters in self._parameters.items():
            match = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template), path)
            if match:
                return self._check(template, parameters, {**match.groupdict(), **query})
        return [f"{path}: no such path"]

    def complaints_about_body(self, path: str, body: Any) -> list[str]:
        """Everything about the JSON of a POST that the document does not know."""
        schema = self._bodies.get(path)
        if schema is None or not isinstance(body, dict):
            return [f"{path}: no such POST"]
        return [f"{path}: {why}" for why in _object(schema, body)]

    @staticmethod
    def _check(template: str, parameters: list[dict[str, Any]], given: Mapping[str, str]) -> list[str]:
        known = {one["name"]: one for one in parameters}
        found = [f"{template}: unknown parameter {name}" for name in given if name not in known]
        found += [
            f"{template}: {name} is missing"
            for name, one in known.items()
            if one.get("required") and name not in given
        ]
        for name, value in given.items():
            if name in known:
                found += [f"{template}: {name}: {why}" for why in _value(known[name]["schema"], value)]
        return found


def _object(schema: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    found = [f"{name} is missing" for name in schema.get("required", []) if name not in given]
    for name, value in given.items():
        known = schema["properties"].get(name)
        if known is None:
            found.append(f"unknown {name}")
        elif isinstance(value, dict):
            found += _object(known, value)
        elif not (name == "event_type" and value in NEWER_EVENTS):
            found += [f"{name}: {why}" for why in _value(known, str(value))]
    return found


def _value(schema: Mapping[str, Any], value: str) -> list[str]:
    if schema.get("type") == "array":
        parts = value.split(",")
        wrong = [why for part in parts for why in _value(schema["items"], part)]
        if not schema.get("minItems", 0) <= len(parts) <= schema.get("maxItems", len(parts)):
            wrong.append(f"{len(parts)} entries")
        return wrong
    if schema.get("type") == "integer":
        low, high = schema.get("minimum", 0), schema.get("maximum", float("inf"))
        return [] if value.isdigit() and low <= int(value) <= high else [f"{value} is out of range"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{value} is not known"]
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return [f"{value} has the wrong form"]
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        return [f"length {len(value)}"]
    return []
