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
)


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
    tweet = sorted(full["components"]["schemas"]["Tweet"]["properties"])
    return {"version": full["info"]["version"], "parameters": parameters, "tweet": tweet}


class XSpec:
    """What X's document allows to ask."""

    def __init__(self) -> None:
        self._parameters = json.loads(REDUCED.read_text())["parameters"]

    def complaints(self, path: str, query: Mapping[str, str]) -> list[str]:
        """Everything about a GET that the document does not know."""
        for template, parameters in self._parameters.items():
            match = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template), path)
            if match:
                return self._check(template, parameters, {**match.groupdict(), **query})
        return [f"{path}: no such path"]

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
