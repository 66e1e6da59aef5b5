"""Every page, in both themes and at three widths: nothing for axe to say, nothing cut off, no complaint."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts import invitation_mail, inviting, one_use_links
from accounts.models import Invitation, Role, User
from accounts.tenancy import scope
from coaching import coach, digest, digest_letter, readers
from coaching.models import Import
from coaching.networks.contract import Person, Surface
from coaching.sending_time import last_whole_week
from tests import make
from tests.browser.pages import Watcher, log_in, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PUBLIC = {
    "landing": "/",
    "login": "/accounts/login/",
    "signup": "/accounts/signup/",
    "api-docs": "/api/v1/docs",
    "password-reset": "/accounts/password/reset/",
    "password-reset-sent": "/accounts/password/reset/done/",
    "password-reset-broken-link": "/accounts/password/reset/key/1-broken/",
    "confirm-email": "/accounts/confirm-email/",
}
PERSONAL = {
    "organization-new": "/organizations/new/",
    "me": "/you/",
    "me-delete": "/you/delete/",
    "my-tokens": "/you/tokens/",
    "sessions": "/accounts/sessions/",
    "passkeys": "/accounts/2fa/webauthn/",
    "email": "/accounts/email/",
    "password": "/accounts/password/change/",
    "two-step-login": "/accounts/2fa/",
    "logout": "/accounts/logout/",
    "styleguide": "/styleguide/",
}


@dataclass(frozen=True)
class Stage:
    """A site with a theatre that has posted for half a year, and a rival that has nothing yet."""

    site: str
    cast: make.Cast
    pages: dict[str, str]


def half_a_year(cast: make.Cast) -> tuple[int, int]:
    """Posts of all kinds and two people who wait; the ids of one post and one message."""
    now = timezone.now()
    texts = (
        "@ana Thank you for coming last night! Which scene did your daughter like best?",
        "Last chance! Book now, only twenty seats left: https://example.org/book",
        "We are delighted to announce our spring season: six plays, two of them new.",
        "!",
    )
    posts = [
        make.post(
            n,
            texts[n % 4] + ("" if n % 4 == 3 else f" No. {n}"),
            created_at=now - timedelta(days=2 * n, hours=1),
            surface=Surface.REPLY if n % 4 == 0 else Surface.TIMELINE,
            reply_to=Person("id-ana", "ana") if n % 4 == 0 else None,
        )
        for n in range(1, 85)
    ]
    asked = [
        make.message(1, "Is Friday at seven okay for a nine-year-old?", created_at=now - timedelta(hours=5)),
        make.message(2, "Could you lend us two racks?", created_at=now - timedelta(days=2), who="tom"),
    ]
    made = make.pulled(cast.theatre, *posts, messages=asked)
    with scope([cast.theatre.pk]):
        coach.suggest(cast.theatre, now=now)
        return (
            made.posts.order_by("-created_at").values_list("pk", flat=True)[0],
            made.messages.values_list("pk", flat=True)[0],
        )


@pytest.fixture
def stage(live_server: Any) -> Stage:
    cast = make.cast()
    User.objects.filter(pk=cast.alice.pk).update(is_staff=True)
    post, message = half_a_year(cast)
    with scope([cast.theatre.pk]):
        jobs = [
            Import.across_organizations.create(
                organization=cast.theatre, filename="archive.zip", state=state, **fields
            )
            for state, fields in (
                ("running", {"done": 40, "expected": 100}),
                ("done", {"result": {"posts": 40, "new": 12, "updated": 0}}),
                ("failed", {"error": "empty"}),
            )
        ]
    monday = last_whole_week(timezone.now(), cast.theatre.zone)
    pages = {
        "dashboard": "",
        "posts": "posts/",
        "posts-none": "posts/?words=nothing-like-that",
        "post": f"posts/{post}/",
        "suggestions": "suggestions/",
        "history": "suggestions/history/",
        "conversations": "conversations/",
        "conversation": f"conversations/{message}/",
        "looking-back": "looking-back/",
        "people": "people/",
        "people-found": "people/?q=ana",
        "person": f"people/{message}/",
        "digests": "digest/",
        "digest": f"digest/{monday.isoformat()}/",
        "digest-settings": "settings/digest/",
        "checks": "checks/",
        "settings": "settings/",
        "tokens": "settings/tokens/",
        "webhooks": "settings/webhooks/",
        "organization": "settings/organization/",
        "members": "settings/members/",
        "member-leave": "settings/members/leave/",
        **{
            f"member-{step}": f"settings/members/{cast.bob.memberships.get().pk}/{step}/"
            for step in ("remove", "hand-over")
        },
        "draft": "draft/",
        "duties": "connections/duties/",
        "connections": "connections/",
        **{f"import-{job.state}": f"imports/{job.pk}/" for job in jobs},
    }
    below = {name: f"/o/theatre/{address}" for name, address in pages.items()} | invitations(cast)
    return Stage(live_server.url, cast, below | mailed(cast))


def invitations(cast: make.Cast) -> dict[str, str]:
    """What an invitation opens, to somebody else; the list has an expired one and one not delivered."""
    now = timezone.now()
    with scope([cast.theatre.pk]):
        works, expired, refused = (
            inviting.invite(cast.theatre, f"guest{n}@example.org", Role.EDITOR, by=cast.alice, now=now)
            for n in range(3)
        )
    Invitation.objects.filter(pk=expired.pk).update(expires_at=now)
    Invitation.objects.filter(pk=refused.pk).update(refused_at=now, mail_due_at=None)
    link = invitation_mail.address(works, one_use_links.Way.MAIL)
    return {"invitation-other": link.removeprefix(settings.BASE_URL)}


def mailed(cast: make.Cast) -> dict[str, str]:
    """The pages that links in a digest open."""
    now = timezone.now()
    readers.enrol(cast.theatre.pk, now=now)
    with scope([cast.theatre.pk]):
        week = digest.issue(cast.theatre, week=last_whole_week(now, cast.theatre.zone), now=now).week
        reader = cast.theatre.subscriptions.get(user=cast.alice)
        asked = readers.invite(cast.theatre, "board@example.org", by=cast.alice, now=now)
    found = {
        "letter": digest_letter.reading_url(reader, week),
        "reader": digest_letter.choosing_url(reader),
        "reader-leave": f"{digest_letter.choosing_url(reader)}leave/",
        "reader-asked": digest_letter.choosing_url(asked),
    }
    return {name: url.removeprefix(settings.BASE_URL) for name, url in found.items()}


@pytest.mark.parametrize(
    ("width", "theme"),
    [
        ("phone", "dark"),
        *(
            pytest.param(*view, marks=pytest.mark.slow)
            for view in (
                ("phone", "light"),
                ("tablet", "light"),
                ("tablet", "dark"),
                ("desktop", "light"),
                ("desktop", "dark"),
            )
        ),
    ],
)
def test_pages_are_accessible_and_whole(browser: Browser, stage: Stage, width: str, theme: Any) -> None:
    with window(browser, width, color_scheme=theme) as context:
        watcher = Watcher(context.new_page())
        wrong: dict[str, list[str]] = {}

        def look(name: str, address: str) -> None:
            wrong[name] = watcher.problems(stage.site + address) + watcher.problems_with_large_letters()
            watcher.photograph(f"{name}-{width}-{theme}")

        for name, address in PUBLIC.items():
            look(name, address)
        log_in(watcher.page, stage.site, stage.cast.alice.email, make.PASSWORD)
        for name, address in {**PERSONAL, **stage.pages}.items():
            look(name, address)
    assert {name: problems for name, problems in wrong.items() if problems} == {}


def test_an_organization_without_posts_says_what_to_do_next(browser: Browser, stage: Stage) -> None:
    with window(browser, "phone") as context:
        watcher = Watcher(context.new_page())
        log_in(watcher.page, stage.site, stage.cast.dave.email, make.PASSWORD)
        assert watcher.problems(f"{stage.site}/o/rival/") == []
        watcher.page.get_by_role("link", name="Choose how to start").click()
        expect(watcher.page.get_by_role("heading", level=1)).to_have_text("Show us what you posted")
        assert watcher.problems_here() == []


def test_the_dashboard_says_how_we_do_whom_to_answer_and_what_to_try(browser: Browser, stage: Stage) -> None:
    with window(browser, "desktop") as context:
        page = context.new_page()
        log_in(page, stage.site, stage.cast.bob.email, make.PASSWORD)
        headline = page.get_by_role("heading", level=1)
        expect(headline).to_contain_text("posts talk with people")
        expect(page.get_by_role("heading", name="Waiting for you")).to_be_in_viewport()
        expect(page.get_by_role("heading", name="Try this week")).to_be_in_viewport()
        expect(page.get_by_text("Is Friday at seven okay for a nine-year-old?")).to_be_visible()


def test_the_first_screen_of_a_phone_says_the_same(browser: Browser, stage: Stage) -> None:
    with window(browser, "phone") as context:
        page = context.new_page()
        log_in(page, stage.site, stage.cast.bob.email, make.PASSWORD)
        expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
        waiting = page.get_by_role("link", name="2 people wait for an answer")
        expect(waiting).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("link", name="Try this week")).to_be_in_viewport(ratio=1)
        waiting.click()
        expect(page.get_by_role("heading", name="Waiting for you")).to_be_in_viewport()


def test_a_number_says_what_it_is_to_pointer_keyboard_and_screen_reader(
    browser: Browser, stage: Stage
) -> None:
    with window(browser, "desktop") as context:
        page = context.new_page()
        log_in(page, stage.site, stage.cast.bob.email, make.PASSWORD)
        number = page.locator(".figure-value").get_by_role("button")
        expect(number).to_have_accessible_name(re.compile(r"^\d+% of the \d+ posts we could judge"))
        says = number.locator(".tip-says")
        for show in (number.focus, number.hover):
            show()
            expect(says).to_have_css("clip-path", "none")
            page.keyboard.press("Escape")
            expect(says).to_have_css("clip-path", "inset(50%)")
            page.locator("#main").focus()
            page.mouse.move(0, 0)


def test_the_chart_has_its_table_behind_it(browser: Browser, stage: Stage) -> None:
    with window(browser, "phone") as context:
        page = context.new_page()
        log_in(page, stage.site, stage.cast.bob.email, make.PASSWORD)
        table = page.get_by_role("region", name="Posts of each kind, week by week")
        expect(table).to_be_hidden()
        page.get_by_text("The numbers, week by week").press("Enter")
        expect(table.get_by_role("row")).to_have_count(27)


def test_by_keyboard_alone(browser: Browser, stage: Stage) -> None:
    with window(browser, "desktop") as context:
        page = context.new_page()
        log_in(page, stage.site, stage.cast.alice.email, make.PASSWORD)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
        menu = page.locator(".menu--organization summary")
        menu.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Add an organization")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("link", name="Add an organization")).to_be_hidden()
        expect(menu).to_be_focused()
        more = page.locator(".menu--more summary")
        more.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        first = page.locator(".menu--more .menu-list ul:not(.section-narrow) a").first
        expect(first).to_be_focused()
        page.locator("#main").focus()
        expect(first).to_be_hidden()
        weeks = page.get_by_role("slider", name="Week by week").last
        weeks.press("End")
        weeks.press("ArrowLeft")
        expect(weeks).to_have_attribute(
            "aria-valuetext", re.compile(r"^Week of .*: \d+ posts?, \d+% with people")
        )
        expect(page.locator(".chart-says:visible")).to_have_text(weeks.get_attribute("aria-valuetext") or "")


def test_single_keys_go_through_a_list_and_to_pages_until_they_are_switched_off(
    browser: Browser, stage: Stage
) -> None:
    with window(browser, "desktop") as context:
        page = context.new_page()
        log_in(page, stage.site, stage.cast.bob.email, make.PASSWORD)
        page.wait_for_load_state("load")
        page.keyboard.press("g")
        page.keyboard.press("c")
        expect(page.get_by_role("heading", level=1)).to_have_text("2 people are waiting for you")
        page.wait_for_load_state("load")
        people = page.locator("main [data-step]")
        for key, place in (("j", 0), ("j", 1), ("j", 1), ("k", 0)):
            page.keyboard.press(key)
            expect(people.nth(place)).to_be_focused()
        page.get_by_role("contentinfo").get_by_role("button", name="Keys").click()
        page.get_by_role("checkbox", name="Single keys").uncheck()
        page.reload()
        page.keyboard.press("j")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
        expect(page.locator("body")).to_be_focused()


@pytest.mark.parametrize("script", [True, False])
def test_every_section_is_reached_on_a_phone(browser: Browser, stage: Stage, script: bool) -> None:
    with window(browser, "phone", java_script_enabled=script) as context:
        page = context.new_page()
        log_in(page, stage.site, stage.cast.bob.email, make.PASSWORD)
        sections = page.get_by_role("navigation", name="Sections")
        expect(sections.get_by_role("link")).to_have_text(["This week", "Conversations", "Posts"])
        sections.get_by_text("More").click()
        sections.get_by_role("link", name="Connections").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Connections")


def test_a_post_shows_its_text_unaltered_with_the_reasons_marked(browser: Browser, stage: Stage) -> None:
    with window(browser, "desktop") as context:
        page = context.new_page()
        log_in(page, stage.site, stage.cast.bob.email, make.PASSWORD)
        page.goto(f"{stage.site}/o/theatre/posts/?words=daughter")
        page.get_by_role("link", name="Why we say so").first.click()
        text = page.locator(".post-text")
        expect(text).to_have_text(
            "@ana Thank you for coming last night! Which scene did your daughter like best? No. 4"
        )
        expect(text.locator("mark").first).to_be_visible()
        expect(page.get_by_role("heading", name="Why we say so")).to_be_visible()
