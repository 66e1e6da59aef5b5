"""What X offers to an app rather than to a person: compliance jobs and pushes about accounts."""

from __future__ import annotations

import json
import re
import secrets
from typing import Any

from .server import Asked, Reply, Stand
from .x_spec import XSpec


class XForApps(Stand):
    """`gone` are the ids that a job finds deleted; `subscriptions` what is pushed, by id."""

    def __init__(self) -> None:
        super().__init__()
        self.spec = XSpec()
        self.bearer = f"app-{secrets.token_hex(12)}"
        self.gone: set[str] = set()
        self.uploaded: dict[str, list[str]] = {}
        self.finished = False
        self.subscriptions: dict[str, dict[str, Any]] = {}
        self.page_size = 100

    def answer(self, asked: Asked) -> Reply:
        if asked.path.startswith("/storage/"):
            return self._storage(asked)
        self._check(asked)
        if asked.bearer != self.bearer:
            return Reply(403, {"type": "https://api.twitter.com/2/problems/unsupported-authentication"})
        if asked.path.startswith("/2/compliance/jobs"):
            return self._compliance(asked)
        if asked.path.startswith("/2/activity/subscriptions"):
            return self._activity(asked)
        return Reply(404, {})

    def _check(self, asked: Asked) -> None:
        if asked.method == "GET":
            self.wrong += self.spec.complaints(asked.path, asked.query)
        elif asked.method == "POST":
            self.wrong += self.spec.complaints_about_body(asked.path, json.loads(asked.body))

    def _compliance(self, asked: Asked) -> Reply:
        if asked.method == "POST":
            job = str(100 + len(self.uploaded))
            self.uploaded[job] = []
            return Reply(200, {"data": self._job(job)})
        job = asked.path.rsplit("/", 1)[-1]
        return Reply(200, {"data": self._job(job)}) if job in self.uploaded else Reply(404, {})

    def _job(self, job: str) -> dict[str, Any]:
        return {
            "id": job,
            "type": "tweets",
            "status": "complete" if self.finished else "in_progress",
            "upload_url": f"{self.url}/storage/{job}/up",
            "download_url": f"{self.url}/storage/{job}/down",
        }

    def _storage(self, asked: Asked) -> Reply:
        if "authorization" in asked.headers:
            self.wrong.append("the storage host was shown a token")
        job = asked.path.split("/")[2]
        if asked.method == "PUT":
            self.uploaded[job] = asked.body.decode().split("\n")
            return Reply(200, b"", kind="text/plain")
        lines = [
            json.dumps({"id": one, "action": "delete", "reason": "deleted"})
            for one in self.uploaded[job]
            if one in self.gone
        ]
        lines += [json.dumps({"id": "1", "action": "scrub_geo", "reason": "scrub_geo"}), "", "not json"]
        return Reply(200, "\n".join(lines).encode(), kind="text/plain")

    def _activity(self, asked: Asked) -> Reply:
        if asked.method == "POST":
            body = json.loads(asked.body)
            external_id = str(500 + len(self.subscriptions))
            made = {"subscription_id": external_id, **body}
            self.subscriptions[external_id] = made
            return Reply(200, {"data": {"subscription": made}})
        if asked.method == "DELETE":
            found = re.search(r"/(\d+)$", asked.path)
            known = self.subscriptions.pop(found.group(1), None) if found else None
            return Reply(200, {"data": {"deleted": True}}) if known else Reply(404, {})
        start = int(asked.query.get("pagination_token", "0"))
        rows = list(self.subscriptions.values())[start : start + self.page_size]
        body = {"data": rows, "meta": {"result_count": len(rows)}}
        if start + self.page_size < len(self.subscriptions):
            body["meta"]["next_token"] = str(start + self.page_size).zfill(16)
        return Reply(200, body)
