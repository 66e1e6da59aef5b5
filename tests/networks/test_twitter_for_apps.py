"""What X offers to the operator's app: finding deleted posts in one go, and pushes about accounts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from coaching.networks import twitter_activity, twitter_compliance
from coaching.networks.contract import Refused, TryLater
from coaching.networks.twitter_api import XApp
from coaching.networks.twitter_compliance import Job

from .conftest import NOW
from .stand.server import CUT, HTML_502, Reply
from .stand.x_app import XForApps


@pytest.fixture
def x() -> Iterator[XForApps]:
    """X as an app sees it."""
    with XForApps() as stand:
        yield stand
        assert stand.wrong == []


@pytest.fixture
def app(x: XForApps) -> XApp:
    """Our app at that X."""
    return XApp("id", api_url=x.url)


def test_a_job_finds_what_is_gone(x: XForApps, app: XApp) -> None:
    x.gone = {"11", "13"}
    job = twitter_compliance.start(app, x.bearer, ["11", "12", "13"], now=NOW)
    assert x.uploaded == {job: ["11", "12", "13"]}
    waiting = twitter_compliance.look(app, x.bearer, job, now=NOW)
    assert list(twitter_compliance.gone(app, waiting, now=NOW)) == []
    x.finished = True
    done = twitter_compliance.look(app, x.bearer, job, now=NOW)
    assert list(twitter_compliance.gone(app, done, now=NOW)) == ["11", "13"]


def test_a_plan_without_jobs_says_which_feature_is_missing(x: XForApps, app: XApp) -> None:
    with pytest.raises(Refused) as refused:
        twitter_compliance.start(app, "a-persons-token", ["1"], now=NOW)
    assert (refused.value.reason, refused.value.feature) == ("permission", "compliance")


@pytest.mark.parametrize("reply", [HTML_502, CUT, Reply(403, b""), Reply(404, b"")])
def test_storage_in_trouble_means_later(x: XForApps, app: XApp, reply: Reply) -> None:
    x.misbehave("/storage/", reply)
    with pytest.raises(TryLater):
        twitter_compliance.start(app, x.bearer, ["1"], now=NOW)


@pytest.mark.parametrize("status", ["failed", "expired"])
def test_a_job_that_failed_is_tried_later(x: XForApps, app: XApp, status: str) -> None:
    x.misbehave("/compliance/jobs", Reply(200, {"data": {"id": "7", "status": status}}))
    with pytest.raises(TryLater) as later:
        twitter_compliance.look(app, x.bearer, "7", now=NOW)
    assert later.value.reason == "job_failed"


@pytest.mark.parametrize(
    "body", [{}, {"data": []}, {"data": {"id": "x"}}, {"data": {"id": "7", "upload_url": "file:///x"}}]
)
def test_a_job_in_a_strange_shape_is_tried_later(x: XForApps, app: XApp, body: object) -> None:
    x.misbehave("/compliance/jobs", Reply(200, body))
    with pytest.raises(TryLater):
        twitter_compliance.start(app, x.bearer, ["1"], now=NOW)


def test_a_download_that_breaks_off_is_no_short_answer(x: XForApps, app: XApp) -> None:
    x.gone = {"11"}
    job = twitter_compliance.start(app, x.bearer, ["11"], now=NOW)
    x.misbehave("/storage/", CUT)
    with pytest.raises(TryLater):
        list(twitter_compliance.gone(app, Job(job, "complete", f"{x.url}/storage/{job}/down"), now=NOW))


def test_subscribing_adds_what_is_missing_and_twice_is_once(x: XForApps, app: XApp) -> None:
    first = twitter_activity.subscribe(app, x.bearer, "1001", webhook_id="42", now=NOW)
    assert [one.event_type for one in first] == list(twitter_activity.EVENTS)
    assert twitter_activity.subscribe(app, x.bearer, "1001", webhook_id="42", now=NOW) == ()
    second = twitter_activity.subscribe(app, x.bearer, "2002", webhook_id="42", now=NOW)
    assert len(second) == len(twitter_activity.EVENTS) - 1, "one subscription tells of every revocation"


def test_unsubscribing_ends_the_pushes_of_one_account(x: XForApps, app: XApp) -> None:
    x.page_size = 3
    for user in ("1001", "2002"):
        twitter_activity.subscribe(app, x.bearer, user, webhook_id="42", now=NOW)
    assert twitter_activity.unsubscribe(app, x.bearer, "1001", now=NOW) == 4
    assert twitter_activity.unsubscribe(app, x.bearer, "1001", now=NOW) == 0
    left = [one["filter"].get("user_id") for one in x.subscriptions.values()]
    assert sorted(left, key=str) == ["2002"] * 4 + [None]


def test_a_plan_without_pushes_says_so(x: XForApps, app: XApp) -> None:
    with pytest.raises(Refused) as refused:
        twitter_activity.subscribe(app, "a-persons-token", "1001", webhook_id="42", now=NOW)
    assert (refused.value.reason, refused.value.feature) == ("permission", "webhooks")
