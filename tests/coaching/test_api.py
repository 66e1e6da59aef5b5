"""The API: what it shows to whom, the same figures as everywhere, errors that programs understand."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.models import AuditEvent, Membership, Role, User
from accounts.models import Client as PracticeAccess
from accounts.tenancy import scope
from accounts.tokens import Wish
from coaching import coach, exports
from coaching.api.routes import api
from coaching.models import Suggestion
from tests import make

pytestmark = pytest.mark.django_db

BASE = "/api/v1/organizations"
THEATRE = f"{BASE}/theatre"


class Program:
    """A program with a token."""

    def __init__(self, secret: str = "") -> None:
        self.browser = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def get(self, address: str, **query: Any) -> Any:
        return self.browser.get(address, query, headers=self.headers)

    def post(self, address: str, body: Any = None) -> Any:
        return self.browser.post(address, body, content_type="application/json", headers=self.headers)


def program(user: User, *, writes: bool = True) -> Program:
    return Program(tokens.issue_personal(user, Wish("p", writes=writes), now=timezone.now()).secret)


def of_theatre(cast: make.Cast, role: Role = Role.EDITOR, *, writes: bool = True) -> Program:
    wish = Wish("p", writes=writes)
    return Program(tokens.issue_for(cast.theatre, wish, role=role, by=cast.alice, now=timezone.now()).secret)


def problem(answer: Any, status: int) -> dict[str, Any]:
    """What a problem says, once it is one."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    return told


@pytest.fixture
def cast() -> make.Cast:
    """A theatre with thirty posts, three messages and suggestions of its own feed."""
    cast = make.cast()
    now = timezone.now()
    texts = ("@ana Which scene did you like best?", "Book now: https://example.org/book", "RT @ana: so good")
    posts = [
        make.post(n, f"{texts[n % 3]} No. {n}", created_at=now - timedelta(days=n, hours=1))
        for n in range(1, 31)
    ]
    asked = [make.message(n, f"secret words {n}", created_at=now - timedelta(days=n)) for n in range(1, 4)]
    make.pulled(cast.theatre, *posts, messages=asked)
    with scope([cast.theatre.pk]):
        coach.suggest(cast.theatre, now=now)
    return cast


def suggestion(cast: make.Cast) -> Suggestion:
    with scope([cast.theatre.pk]):
        found: Suggestion = cast.theatre.suggestions.filter(state="open").order_by("rank")[0]
    return found


LISTS = ("", "/theatre/connections", "/theatre/posts", "/theatre/conversations", "/theatre/suggestions")


def test_every_route_asks_for_a_token_and_knows_no_cookie(cast: make.Cast) -> None:
    logged_in = Client()
    logged_in.force_login(cast.alice)
    schema = api.get_openapi_schema()
    for path, methods in schema["paths"].items():
        address = path.format(organization="theatre", suggestion=suggestion(cast).pk)
        for method in methods:
            for client in (Client(), logged_in):
                answer = getattr(client, method)(address, content_type="application/json")
                problem(answer, 401)
                assert answer["WWW-Authenticate"].startswith("Bearer")
    problem(Program("engage_" + "x" * 43).get(BASE), 401)


def test_a_stranger_gets_404_everywhere(cast: make.Cast) -> None:
    dave = program(cast.dave)
    for path in LISTS[1:]:
        problem(dave.get(BASE + path), 404)
    pk = suggestion(cast).pk
    problem(dave.get(THEATRE), 404)
    problem(dave.get(f"{THEATRE}/figures"), 404)
    problem(dave.post(f"{THEATRE}/drafts", {"network": "twitter", "text": "Hello"}), 404)
    problem(dave.post(f"{THEATRE}/suggestions/{pk}/take"), 404)
    problem(dave.post(f"{BASE}/rival/suggestions/{pk}/take"), 404)
    assert [one["slug"] for one in dave.get(BASE).json()["items"]] == ["rival"]
    assert suggestion(cast).state == "open"


def test_a_token_of_an_organization_reaches_no_other(cast: make.Cast) -> None:
    Membership.objects.create(organization=cast.rival, user=cast.alice, role=Role.OWNER)
    found = of_theatre(cast)
    assert [one["slug"] for one in found.get(BASE).json()["items"]] == ["theatre"]
    assert found.get(THEATRE).json()["role"] == "editor"
    problem(found.get(f"{BASE}/rival"), 404)
    both = program(cast.alice).get(BASE).json()["items"]
    assert {one["slug"]: one["role"] for one in both} == {"theatre": "owner", "rival": "owner"}


def test_an_ended_consultant_is_out_in_the_same_second(cast: make.Cast) -> None:
    carol = program(make.consultant(cast.theatre))
    assert carol.get(THEATRE).json()["role"] == "editor"
    PracticeAccess.objects.update(ends_at=timezone.now())
    problem(carol.get(THEATRE), 404)
    assert carol.get(BASE).json()["items"] == []


def test_roles_and_scopes_are_those_of_the_pages(cast: make.Cast) -> None:
    take = f"{THEATRE}/suggestions/{suggestion(cast).pk}/take"
    assert problem(program(cast.bob).post(take), 403)["code"] == "role_too_low"
    assert problem(of_theatre(cast, Role.VIEWER).post(take), 403)["code"] == "role_too_low"
    assert problem(program(cast.erin, writes=False).post(take), 403)["code"] == "token_reads_only"
    assert program(cast.erin).post(take).json()["state"] == "taken"
    for path in LISTS:
        assert program(cast.bob, writes=False).get(BASE + path).status_code == 200


def test_words_of_others_are_never_told_and_own_ones_to_owners_alone(cast: make.Cast) -> None:
    for asking, texts in (
        (program(cast.alice), True),
        (program(cast.erin), False),
        (of_theatre(cast), False),
    ):
        answer = asking.get(f"{THEATRE}/posts", limit=200)
        posts = answer.json()["items"]
        assert len(posts) == 30
        assert any(post["text"] for post in posts) == texts
        assert "so good" not in answer.content.decode()
        assert posts[1]["score"] is None or 0 <= posts[1]["score"] <= 100
        assert "secret words" not in asking.get(f"{THEATRE}/conversations").content.decode()
    with scope([cast.theatre.pk]):
        kinds = dict(cast.theatre.posts.values_list("pk", "kind"))
    assert {post["id"]: post["kind"] for post in posts} == kinds


def test_figures_are_those_of_the_command_and_of_the_export(cast: make.Cast) -> None:
    told = io.StringIO()
    asked = {"since": "2026-01-01", "until": timezone.localdate().isoformat()}
    call_command("figures", "theatre", "--json", *(f"--{k}={v}" for k, v in asked.items()), stdout=told)
    answer = program(cast.bob).get(f"{THEATRE}/figures", **asked).json()
    assert answer["figures"] == json.loads(told.getvalue())["figures"]
    [week, *_] = csv.DictReader(
        io.StringIO("".join(exports.weeks(cast.theatre, now=timezone.now())).lstrip("\ufeff"))
    )
    monday = date.fromisoformat(week["week"])
    days = {"since": week["week"], "until": (monday + timedelta(days=6)).isoformat()}
    rows = program(cast.bob).get(f"{THEATRE}/figures", **days).json()["figures"]
    posts = next(row for row in rows if row["name"] == "posts" and row["where"] == week["of"])
    assert posts["value"] == int(week["posts"])
    assert problem(program(cast.bob).get(f"{THEATRE}/figures", since="2026-02-01", until="2026-01-01"), 422)


def test_pages_follow_each_other_without_gap_or_repetition(cast: make.Cast) -> None:
    bob = program(cast.bob)
    whole = [post["id"] for post in bob.get(f"{THEATRE}/posts", limit=200).json()["items"]]
    seen, address = [], f"{THEATRE}/posts?limit=7"
    while address:
        answer = bob.get(address)
        seen += [post["id"] for post in answer.json()["items"]]
        assert bool(answer.json()["next"]) == ("Link" in answer)
        address = answer.headers.get("Link", "").partition("<")[2].partition(">")[0]
    assert seen == whole
    assert len(seen) == 30
    cursor = bob.get(f"{THEATRE}/posts", limit=7).json()["next"]
    assert problem(bob.get(f"{THEATRE}/suggestions", cursor=cursor), 422)["code"] == "no_such_page"
    problem(bob.get(f"{THEATRE}/posts", cursor=cursor[:-1] + "_"), 422)
    problem(bob.get(f"{THEATRE}/posts", limit=201), 422)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_the_same_with_few_and_many(
    cast: make.Cast, path: str, django_assert_max_num_queries
) -> None:
    alice = program(cast.alice)
    alice.get(BASE)  # writes when the token was last used
    with django_assert_max_num_queries(12) as few:
        alice.get(BASE + path, limit=1)
    with django_assert_max_num_queries(len(few)):
        assert len(alice.get(BASE + path, limit=200).json()["items"]) >= 1


def test_suggestions_are_taken_and_dismissed_once(cast: make.Cast) -> None:
    erin = program(cast.erin)
    found = erin.get(f"{THEATRE}/suggestions").json()["items"]
    address = f"{THEATRE}/suggestions/{found[0]['id']}"
    told = problem(erin.post(f"{address}/dismiss", {"because": "no reason of ours"}), 422)
    assert told["errors"][0]["where"].endswith("because")
    assert erin.post(f"{address}/dismiss", {"because": "not_now"}).json()["dismissed_because"] == "not_now"
    assert erin.post(f"{address}/take").json()["state"] == "taken"
    assert problem(erin.post(f"{address}/dismiss", {}), 409)["code"] == "not_now"
    with scope([cast.theatre.pk]):
        kept = cast.theatre.suggestions.get(pk=found[0]["id"])
    assert (kept.decided_by, kept.state) == (cast.erin, "taken")
    problem(erin.post(f"{THEATRE}/suggestions/{10**30}/take"), 404)


def test_the_organizations_own_token_decides_for_nobody(cast: make.Cast) -> None:
    pk = suggestion(cast).pk
    assert of_theatre(cast).post(f"{THEATRE}/suggestions/{pk}/take").json()["state"] == "taken"
    with scope([cast.theatre.pk]):
        assert cast.theatre.suggestions.get(pk=pk).decided_by is None


def test_a_draft_is_judged_as_on_the_page_and_not_kept(cast: make.Cast) -> None:
    bob = program(cast.bob, writes=False)
    text = "@ana Thank you! Which scene did you like best?"
    answer = bob.post(f"{THEATRE}/drafts", {"network": "twitter", "text": text, "answers": True}).json()
    assert answer["kind"] == "converse"
    assert answer["fits"]
    browser = Client()
    browser.force_login(cast.bob)
    page = browser.post("/o/theatre/draft/", {"network": "twitter", "text": text, "answers": "on"})
    assert page.context["looks"].first.score == answer["score"]
    problem(bob.post(f"{THEATRE}/drafts", {"network": "twitter", "text": " "}), 422)
    with scope([cast.theatre.pk]):
        assert not cast.theatre.drafts.exists()


def test_errors_are_problems_whatever_goes_wrong(cast: make.Cast, settings: Any) -> None:
    erin = program(cast.erin)
    problem(erin.get("/api/v1/nothing"), 404)
    assert problem(erin.post(BASE), 405)["code"] == "method_not_allowed"
    assert erin.post(BASE)["Allow"] == "GET"
    problem(erin.post(f"{THEATRE}/drafts", "{broken"), 400)
    problem(erin.post(f"{THEATRE}/drafts", {"network": "mastodon", "text": "a"}), 422)
    problem(erin.post(f"{THEATRE}/drafts", {"network": "twitter", "text": "a" * 300_000}), 413)
    settings.API_REQUESTS_A_MINUTE = 0
    held_up = erin.get(BASE)
    assert problem(held_up, 429)["code"] == "too_many_requests"
    assert 0 < int(held_up["Retry-After"]) <= 60


def test_an_error_of_ours_is_a_problem_that_tells_nothing(cast: make.Cast) -> None:
    bob = program(cast.bob)
    with scope([cast.theatre.pk]):
        cast.theatre.posts.update(reasons=[["broken"]])
    told = problem(bob.get(f"{THEATRE}/posts"), 500)
    assert told["detail"] == "That is our fault. Nothing was changed."


def test_without_a_cache_nobody_is_held_up(cast: make.Cast, settings: Any) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    assert program(cast.bob).get(THEATRE).status_code == 200


def test_the_trail_names_the_token(cast: make.Cast) -> None:
    asking = of_theatre(cast)
    with scope([cast.theatre.pk]):
        made = AuditEvent.across_organizations.get(action="token_created")
    assert asking.get(THEATRE).status_code == 200
    assert (made.actor_id, made.details) == (cast.alice.pk, {"personal": False})


def test_the_description_and_its_page_are_open_to_all() -> None:
    schema = Client().get("/api/v1/openapi.json").json()
    assert schema["paths"]["/api/v1/organizations/{organization}/posts"]
    page = Client().get("/api/v1/docs")
    assert page.status_code == 200
    assert "/api/v1/organizations/{organization}/drafts" in page.content.decode()
