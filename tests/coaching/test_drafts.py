"""The draft coach: what staff see while they type, what is kept, and when a machine may help."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.tenancy import scope
from coaching import drafts, rewriting
from coaching.drafts import Written
from coaching.models import Draft
from coaching.networks.contract import FeedPost, Refused, TryLater
from tests import make

pytestmark = pytest.mark.django_db

PITCH = "Buy your tickets now! Only 10 seats left for tonight, book at https://gull.example/book"
TALK = "Thank you @ana for the pictures! Which scene stayed with you?"


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, *arguments: object) -> str:
    return reverse(f"coaching:{name}", args=["theatre", *arguments])


def fields(text: str, **more: str) -> dict[str, str]:
    return {"network": "twitter", "text": text, **more}


def look(cast: make.Cast, what: Written) -> drafts.Looks:
    with scope([cast.theatre.pk]):
        return drafts.look(cast.theatre, what)


def test_a_draft_gets_kind_score_marked_words_length_and_questions() -> None:
    seen = look(make.cast(), Written("twitter", PITCH)).first
    assert seen is not None
    assert seen.kind == "pitch"
    assert seen.score is not None
    assert seen.score < 50
    assert any(reason.phrase and reason.phrase in PITCH for reason in seen.reasons)
    assert seen.length == "85 of 280 characters, 195 left"  # the link counts 23
    assert seen.prompts


def test_a_draft_scores_as_the_post_does_once_it_is_out() -> None:
    cast = make.cast()
    feed: list[FeedPost] = [make.post(1, PITCH, links=("https://gull.example/book",)), make.post(2, TALK)]
    make.pulled(cast.theatre, *feed)
    with scope([cast.theatre.pk]):
        scores = dict(cast.theatre.posts.values_list("external_id", "score"))
    for number, text in (("1", PITCH), ("2", TALK)):
        seen = look(cast, Written("twitter", text)).first
        assert seen is not None
        assert seen.score == scores[number]


def test_two_versions_are_compared() -> None:
    cast = make.cast()
    seen = look(cast, Written("twitter", PITCH, other=TALK))
    assert seen.second is not None
    assert seen.better == 2
    assert look(cast, Written("twitter", TALK, other=TALK)).better == 0
    assert look(cast, Written("twitter", "  ", other="")).first is None


def test_the_length_is_the_networks_own_and_pictures_want_a_description() -> None:
    cast = make.cast()
    text = "Schöner Abend 🎭 " + "x" * 280
    for network, fits in (("twitter", False), ("facebook", True)):
        seen = look(cast, Written(network, text, picture=True)).first
        assert seen is not None
        assert seen.fits is fits
        assert any("picture" in hint for hint in seen.hints)
    seen = look(cast, Written("twitter", TALK, picture=True, described=True)).first
    assert seen is not None
    assert not any("Describe the picture" in hint for hint in seen.hints)


def test_the_button_works_without_javascript_and_the_fragment_with_it() -> None:
    cast = make.cast()
    bob = browser(cast.bob)
    page = bob.post(address("draft"), fields(PITCH)).content.decode()
    fragment = bob.post(address("draft_check"), fields(PITCH)).content.decode()
    assert "<!doctype html>" in page
    assert "<html" not in fragment
    for answer in (page, fragment):
        assert "85 of 280 characters" in answer
        assert '<mark class="reason' in answer
        assert "Pitch" in answer


def test_nothing_is_kept_unless_it_is_saved() -> None:
    cast = make.cast()
    erin = browser(cast.erin)
    erin.post(address("draft"), fields(PITCH, other=TALK))
    erin.post(address("draft_check"), fields(PITCH))
    with scope([cast.theatre.pk]):
        assert cast.theatre.drafts.count() == 0
    erin.post(address("draft_save"), fields(PITCH, other=TALK, picture="on"))
    with scope([cast.theatre.pk]):
        [kept] = cast.theatre.drafts.all()
        assert (kept.text, kept.other, kept.picture, kept.created_by) == (PITCH, TALK, True, cast.erin)
    page = erin.get(address("saved_draft", kept.pk)).content.decode()
    assert "The second version talks more with people." in page
    erin.post(address("saved_draft_delete", kept.pk))
    with scope([cast.theatre.pk]):
        assert cast.theatre.drafts.count() == 0


def test_an_empty_or_endless_draft_is_not_saved() -> None:
    cast = make.cast()
    erin = browser(cast.erin)
    for text in ("   ", "x" * (drafts.LONGEST + 1)):
        assert erin.post(address("draft_save"), fields(text)).status_code == 422
    with scope([cast.theatre.pk]):
        assert cast.theatre.drafts.count() == 0


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\0\r\n", "RT @", "🎭" * 500, "a\u202eb"])
def test_whatever_is_typed_gets_an_answer(text: str) -> None:
    cast = make.cast()
    answer = browser(cast.bob).post(address("draft_check"), fields(text))
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()


def test_the_list_costs_the_same_with_few_and_many_drafts(django_assert_num_queries: Any) -> None:
    cast = make.cast()
    alice = browser(cast.alice)
    alice.get(address("draft"))
    for many in (1, 60):
        with scope([cast.theatre.pk]):
            Draft.across_organizations.bulk_create(
                Draft(organization=cast.theatre, network="twitter", text=TALK, created_by=cast.erin)
                for _ in range(many)
            )
        with django_assert_num_queries(13):
            assert alice.get(address("draft")).status_code == 200


# --- the machine ---


@pytest.fixture
def machine(settings: Any) -> Iterator[dict[str, Any]]:
    """A model server; `says` is its next wording, `asked` counts, `prompts` what it was given."""
    state: dict[str, Any] = {"says": TALK, "status": 200, "prompts": []}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state["prompts"].append(json.dumps(asked, ensure_ascii=False))
            body = json.dumps({"choices": [{"message": {"content": state["says"]}}]}).encode()
            self.send_response(state["status"])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: a test speaks through its asserts."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    settings.COACH_LLM_URL = f"http://127.0.0.1:{server.server_port}/v1"
    settings.COACH_LLM_MODEL = "small-1"
    settings.COACH_LLM_MONTHLY_CALLS = 3
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


def rewrite(cast: make.Cast, text: str = PITCH) -> drafts.Look:
    with scope([cast.theatre.pk]):
        try:
            return rewriting.rewrite(cast.theatre, Written("twitter", text), now=make.NOW)
        except (Refused, TryLater) as no:  # as the view does: what was counted stays
            trouble = no
    raise trouble


def turn_on(cast: make.Cast) -> None:
    with scope([cast.theatre.pk]):
        rewriting.turn(cast.theatre, on=True, by=cast.alice, now=make.NOW)


def test_rewrites_are_off_until_operator_and_owner_want_them(machine: dict[str, Any], settings: Any) -> None:
    cast = make.cast()
    with pytest.raises(Refused, match="off"):
        rewrite(cast)
    erin, alice = browser(cast.erin), browser(cast.alice)
    assert "Suggest a rewrite" not in erin.get(address("draft")).content.decode()
    assert erin.post(address("draft_rewriting"), {"on": "yes"}).status_code == 403
    assert alice.post(address("draft_rewriting"), {"on": "yes"}).status_code == 302
    assert "Suggest a rewrite" in erin.get(address("draft")).content.decode()
    settings.COACH_LLM_URL = ""
    assert "Suggest a rewrite" not in erin.get(address("draft")).content.decode()
    with pytest.raises(Refused, match="off"):
        rewrite(cast)
    assert machine["prompts"] == []


def test_a_rewrite_is_judged_by_us_and_labelled_before_it_is_shown(machine: dict[str, Any]) -> None:
    cast = make.cast()
    turn_on(cast)
    page = browser(cast.erin).post(address("draft_rewrite"), fields(PITCH)).content.decode()
    assert "Written by a machine" in page
    assert "Converse" in page
    with scope([cast.theatre.pk]):
        assert cast.theatre.drafts.count() == 0  # nor is it kept
    [prompt] = machine["prompts"]
    assert "gull.example/book" in prompt
    assert "Gull Theatre" not in prompt


def test_words_of_others_never_leave_the_house(machine: dict[str, Any]) -> None:
    cast = make.cast()
    turn_on(cast)
    theirs = "We sat in the third row and wept, thank you all"
    spoken = make.message(2, "@gull @bob  Never has a\nBASSOON made me laugh so https://t.co/x1")
    make.pulled(cast.theatre, messages=[make.message(1, theirs), spoken])
    for text in (
        f"How kind: “{theirs}” Book now!",
        "RT @ana: we wept",
        "Come and weep! RT @ana: we wept",
        "Bob says: “Never has a bassoon made me laugh so”. Book now!",
    ):
        with pytest.raises(Refused, match="others_words"):
            rewrite(cast, text)
    assert machine["prompts"] == []
    rewrite(cast, "Our bassoon makes people laugh and weep. Book now!")
    assert len(machine["prompts"]) == 1


def test_the_months_calls_are_counted_and_begin_anew(machine: dict[str, Any]) -> None:
    cast = make.cast()
    turn_on(cast)
    machine["status"] = 500
    with pytest.raises(TryLater, match="busy"):
        rewrite(cast)  # counts although it brought nothing
    machine["status"] = 200
    rewrite(cast)
    rewrite(cast)
    with pytest.raises(Refused, match="budget"):
        rewrite(cast)
    assert len(machine["prompts"]) == 3
    later = make.NOW.replace(month=11)
    with scope([cast.theatre.pk]):
        assert rewriting.switch(cast.theatre, now=make.NOW).left == 0
        assert rewriting.switch(cast.theatre, now=later).left == 3
        rewriting.rewrite(cast.theatre, Written("twitter", PITCH), now=later)
        assert rewriting.switch(cast.theatre, now=later).left == 2


def test_trouble_is_told_in_words_and_the_draft_stays(machine: dict[str, Any]) -> None:
    cast = make.cast()
    turn_on(cast)
    machine["says"] = "word " * 100
    page = browser(cast.erin).post(address("draft_rewrite"), fields(PITCH)).content.decode()
    assert "too long for this network" in page
    assert "Only 10 seats left" in page
    machine["status"] = 401
    page = browser(cast.erin).post(address("draft_rewrite"), fields(PITCH)).content.decode()
    assert "refuses our key" in page


def test_the_switch_of_one_organization_is_not_anothers(machine: dict[str, Any]) -> None:
    cast = make.cast()
    turn_on(cast)
    with scope([cast.rival.pk]), pytest.raises(Refused, match="off"):
        rewriting.rewrite(cast.rival, Written("twitter", PITCH), now=make.NOW)
