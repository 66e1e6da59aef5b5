"""Which of the X posts we keep are gone, asked for all at once; needs the app's own bearer token."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

from .contract import Refused, TryLater
from .http import answer, bind
from .twitter_api import XApp, XClient, fault_of

FEATURE = "compliance"
"""Refused(permission) with this feature: the operator's plan has no batch compliance."""


@dataclass(frozen=True, slots=True)
class Job:
    """A compliance job that X works on."""

    id: str
    status: str
    download_url: str | None


def start(app: XApp, bearer: str, ids: Iterable[str], *, now: datetime) -> str:
    """Hand X the ids of all posts and messages kept, and get the id of the job to ask for later."""
    client = XClient(app, bearer, now=now)
    told = _data(client.call(FEATURE, "POST", "/2/compliance/jobs", json={"type": "tweets"}))
    body = "\n".join(ids).encode()
    _exchange(app, "PUT", _url(told, "upload_url"), now=now, body=body)
    return str(told["id"])


def look(app: XApp, bearer: str, job_id: str, *, now: datetime) -> Job:
    """How far a job is; `download_url` only when it is complete. Raises TryLater for one that failed."""
    client = XClient(app, bearer, now=now)
    told = _data(client.call(FEATURE, "GET", f"/2/compliance/jobs/{int(job_id)}"))
    status = str(told.get("status"))
    if status in ("failed", "expired"):
        raise TryLater("job_failed", code=status)
    return Job(job_id, status, _url(told, "download_url") if status == "complete" else None)


def gone(app: XApp, job: Job, *, now: datetime) -> Iterator[str]:
    """The ids that must be deleted here, of a complete job: deleted, suspended, protected and the like."""
    if job.download_url is None:
        return
    response = _exchange(app, "GET", job.download_url, now=now)
    for line in response.content.splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            continue
        # The other action only takes a place away from a post, and places are not kept here.
        if isinstance(told, Mapping) and told.get("action") == "delete" and told.get("id"):
            yield str(told["id"])


def _exchange(
    app: XApp, method: str, url: str, *, now: datetime, body: bytes | None = None
) -> requests.Response:
    """Up- and downloads go to a storage host, which must not see the bearer token."""
    with requests.Session() as session:
        bind(session, app.patience)
        headers = {"Content-Type": "text/plain"} if body is not None else {}
        response = answer(
            lambda: session.request(method, url, data=body, headers=headers, allow_redirects=False)
        )
    fault = fault_of(response, feature=FEATURE, now=now)
    if isinstance(fault, Refused):
        # The storage host knows no owners; an address that ran out is refused there too.
        raise TryLater("job_failed", code=fault.code)
    if fault is not None:
        raise fault
    return response


def _data(told: Mapping[str, Any]) -> Mapping[str, Any]:
    data = told.get("data")
    if not isinstance(data, Mapping) or not str(data.get("id", "")).isdigit():
        raise TryLater("garbled")
    return data


def _url(told: Mapping[str, Any], name: str) -> str:
    url = told.get(name)
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        raise TryLater("garbled")
    return url
