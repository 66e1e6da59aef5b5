"""Ten minutes of staff, with a script and without one, and with nothing but a keyboard."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.tenancy import scope
from coaching import suggestions
from coaching.models import Draft
from tests import make
from tests.browser.pages import log_in, window
from tests.coaching.test_outcomes import lived, measured, suggestion, take

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast() -> make.Cast:
    """A theatre that mostly announces, and Ana who waits."""
    cast, now = make.cast(), timezone.now()
    asked = make.message(1, "Is Friday at seven okay for a child?", created_at=now - timedelta(days=1))
    posts = [make.post(n, created_at=now - timedelta(days=n)) for n in range(1, 60)]
    make.pulled(cast.theatre, *posts, messages=[asked])
    return cast


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_ten_minutes_on_a_phone(browser: Browser, live_server: Any, cast: make.Cast, script: bool) -> None:
    with window(browser, "phone", java_script_enabled=script) as context:
        page = context.new_page()
        log_in(page, live_server.url, cast.erin.email, make.PASSWORD)
        answer_ana(page)
        check_a_draft(page, live_server.url, script)
        correct_a_post(page)
    with scope([cast.theatre.pk]):
        assert not Draft.across_organizations.exists()


def answer_ana(page: Page) -> None:
    """From the first screen to Ana's question: taken on, answered elsewhere, and put back."""
    page.get_by_role("link", name="1 person waits for an answer").click()
    page.get_by_role("link", name="Read it all with Ana").click()
    waiting = page.get_by_role("region", name="Waiting for you")
    waiting.get_by_role("button", name="I am answering this").click()
    expect(page.get_by_text(re.compile("is answering this, until"))).to_be_visible()
    page.get_by_role("button", name="Answered elsewhere").click()
    settled = page.get_by_role("region", name="Taken off the list by you")
    expect(settled).to_contain_text("Answered elsewhere")
    settled.get_by_role("button", name=re.compile("^Put it back.*Ana")).click()
    expect(waiting).to_be_visible()


def check_a_draft(page: Page, site: str, script: bool) -> None:
    """A loudspeaker's draft, then a question; with a script the verdict comes while one types."""
    page.goto(f"{site}/o/theatre/draft/")
    box, looks = page.get_by_label("Your draft"), page.locator("#looks")
    for text, kind in (
        ("Last chance! Book now, only twenty seats left: https://example.org/book", "Pitch"),
        ("@ana Thank you for coming! Which scene did your daughter like best?", "Converse"),
    ):
        box.fill(text)
        if not script:
            page.get_by_role("button", name="What do you say?").click()
        expect(looks).to_contain_text(kind)
        expect(looks.get_by_text("of 100").first).to_be_visible()
        expect(box).to_have_value(text)


def correct_a_post(page: Page) -> None:
    """Says that a post is something else, sees that this counts, and takes it back."""
    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Posts").click()
    page.get_by_role("link", name="Why we say so").first.click()
    page.get_by_text("Not right? Say what it is").click()
    page.get_by_role("group", name="What kind of talk is it?").get_by_role("button", name="Share").click()
    expect(page.get_by_role("heading", name="What you say")).to_be_visible()
    expect(page.get_by_text("You said Share")).to_be_visible()
    page.get_by_role("button", name="Take that back").click()
    expect(page.get_by_role("heading", name="What you say")).to_have_count(0)


def test_a_suggestion_is_taken_and_its_outcome_read(browser: Browser, live_server: Any) -> None:
    cast = make.cast()
    lived(cast, 0, 4)
    asked = suggestion(cast)
    with window(browser, "phone") as context:
        page = context.new_page()
        log_in(page, live_server.url, cast.erin.email, make.PASSWORD)
        address = f"{live_server.url}/o/theatre/suggestions/"
        page.goto(address)
        mine = page.locator(f"#suggestion-{asked.pk}")
        title = mine.get_by_role("heading").inner_text()
        mine.get_by_role("button", name="We will try this").click()
        trying = page.get_by_role("region", name="You are trying")
        expect(trying.get_by_role("heading", name=title)).to_be_visible()
        # The same decision, made in June, so that its eight weeks are over.
        with scope([cast.theatre.pk]):
            suggestions.undo(cast.theatre.suggestions.get(pk=asked.pk), by=cast.erin, now=timezone.now())
        measured(cast, take(cast, asked))
        page.goto(address)
        helped = page.get_by_role("region", name="Did it help?")
        expect(helped.get_by_role("heading", name=title)).to_be_visible()
        expect(helped.get_by_text("Better since", exact=True)).to_be_visible()
        helped.get_by_role("link", name="All that you tried").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("What you tried, and what came of it")


def test_a_login_that_ends_while_somebody_types_loses_no_words(
    browser: Browser, live_server: Any, cast: make.Cast
) -> None:
    words = "@ana Thank you for coming! Which scene did your daughter like best?"
    with window(browser, "phone") as context:
        page = context.new_page()
        log_in(page, live_server.url, cast.erin.email, make.PASSWORD)
        page.goto(f"{live_server.url}/o/theatre/draft/")
        context.set_offline(True)
        box = page.get_by_label("Your draft")
        box.fill("What did")
        expect(page.get_by_text("Engage cannot be reached just now.")).to_be_visible()
        context.set_offline(False)
        context.clear_cookies()
        box.fill(words)
        expect(page.get_by_text("You are no longer logged in.")).to_be_visible()
        expect(page.get_by_text("Engage cannot be reached just now.")).to_be_hidden()
        with context.expect_page() as opened:
            page.get_by_role("link", name="log in in another window").click()
        opened.value.wait_for_load_state()
        log_in(opened.value, live_server.url, cast.erin.email, make.PASSWORD)
        box.press("Space")
        box.press("Backspace")
        expect(page.locator("#looks")).to_contain_text("Converse")
        expect(page.get_by_text("You are no longer logged in.")).to_be_hidden()
        page.get_by_role("button", name="Save this draft").click()
        expect(page.get_by_role("heading", name="Saved drafts")).to_be_visible()
        expect(page.get_by_label("Your draft")).to_have_value(words)
    with scope([cast.theatre.pk]):
        assert Draft.across_organizations.get().text == words


def reach(page: Page, name: str, role: str = "link") -> None:
    """Goes on by the Tab key until that is focused, and sees that the focus can be seen."""
    wanted = page.get_by_role(role, name=name).first  # type: ignore[arg-type]
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            break
    expect(wanted).to_be_focused()
    expect(wanted).to_have_css("outline-style", "solid")


def test_with_nothing_but_a_keyboard(browser: Browser, live_server: Any, cast: make.Cast) -> None:
    with window(browser, "desktop") as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/")
        reach(page, "Log in")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Email")).to_be_visible()
        page.get_by_label("Email").focus()
        page.keyboard.type(cast.erin.email)
        page.keyboard.press("Tab")
        page.keyboard.type(make.PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Waiting for you")).to_be_visible()
        reach(page, "Read it all with Ana")
        page.keyboard.press("Enter")
        reach(page, "Needs no answer", "button")
        page.keyboard.press("Enter")
        expect(page.get_by_role("region", name="Taken off the list by you")).to_be_visible()
        reach(page, "Draft")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Try a draft")
        page.go_back()
        expect(page.get_by_role("region", name="Taken off the list by you")).to_be_visible()
