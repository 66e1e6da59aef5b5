"""Report cards are published by owners, seen by link for a while, and taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.tenancy import scope
from coaching.period_figures import Period
from coaching.report_cards import (
    links,
    periods,
    publishing,
)
from tests import make
from tests.coaching.report_cards.stage import FACES, browser, fortnight, path, publish

pytestmark = pytest.mark.django_db


def test_an_owner_publishes_and_anybody_with_the_link_sees_it(cast: make.Cast) -> None:
    row = publish(cast)
    page = browser().get(path(row))
    said = page.content.decode()
    assert page.status_code == 200
    assert "Gull Theatre" in said
    assert "About half of 16 posts talked with people." in said
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in said
    assert f'property="og:image" content="{links.url(row, "theatre", "card_picture")}"' in said
    with scope([cast.theatre.pk]):
        assert "report_card_published" in cast.theatre.auditevents.values_list("action", flat=True)


def test_expired_and_revoked_cards_say_so_kindly_and_show_nothing(cast: make.Cast) -> None:
    row, other = publish(cast), publish(cast, public="on")
    with scope([cast.theatre.pk]):
        cast.theatre.reportcards.filter(pk=row.pk).update(expires_at=timezone.now())
    owner = browser(cast.alice)
    owner.post(reverse("coaching:report_card_revoke", args=["theatre", other.pk]))
    for one in (row, other):
        for what in FACES:
            answer = browser().get(path(one, what))
            assert answer.status_code == 410, (one, what)
            assert answer["X-Robots-Tag"] == "noindex, nofollow"
            assert "no-store" in answer["Cache-Control"]
            assert b"half of" not in answer.content
        assert b"not shown any more" in browser().get(path(one)).content
    assert owner.post(reverse("coaching:report_card_extend", args=["theatre", row.pk])).status_code == 302
    assert owner.post(reverse("coaching:report_card_extend", args=["theatre", other.pk])).status_code == 302
    assert browser().get(path(row)).status_code == 200
    assert browser().get(path(other)).status_code == 410  # what was taken back stays so
    with scope([cast.theatre.pk]):
        actions = list(cast.theatre.auditevents.order_by("pk").values_list("action", flat=True))
    with scope([cast.theatre.pk]):  # a card that lasts longer is not cut short
        long = make.card(cast.theatre, by=cast.erin, at=timezone.now(), days=365)
    owner.post(reverse("coaching:report_card_extend", args=["theatre", long.pk]))
    with scope([cast.theatre.pk]):
        assert cast.theatre.reportcards.get(pk=long.pk).expires_at == long.expires_at
    assert actions.count("report_card_revoked") == actions.count("report_card_extended") == 1


def test_links_cannot_be_guessed_or_bent(cast: make.Cast) -> None:
    row = publish(cast)
    token = links.token(row)
    payload, signature = token.split(":")  # which never ends with a B
    for wrong in (payload, f"{payload}:", f"{payload}:{signature[:-1]}B", "theatre", f"{row.pk}", "é"):
        assert browser().get(reverse("coaching:card", args=[wrong])).status_code == 404
    assert browser().get("/cards/theatre/2026-10/").status_code == 404
    assert browser().get("/cards/nobody/2026-10/").status_code == 404
    public = publish(cast, public="on")
    assert browser().get(reverse("coaching:card", args=[links.token(public)])).status_code == 404
    with scope([cast.rival.pk]):
        theirs = make.card(cast.rival, by=cast.dave, at=timezone.now())
    for name in ("report_card_revoke", "report_card_extend"):
        address = reverse(f"coaching:{name}", args=["theatre", theirs.pk])
        assert browser(cast.alice).post(address).status_code == 404


def test_a_readable_address_is_chosen_and_so_are_search_engines(cast: make.Cast) -> None:
    quiet = publish(cast, public="on")
    assert path(quiet).startswith("/cards/theatre/20")
    assert browser().get(path(quiet))["X-Robots-Tag"] == "noindex, nofollow"
    browser(cast.alice).post(reverse("coaching:report_card_revoke", args=["theatre", quiet.pk]))
    loud = publish(cast, public="on", indexed="on")
    assert path(loud) == path(quiet)  # the address is free again
    answer = browser().get(path(loud))
    assert "X-Robots-Tag" not in answer
    assert b"noindex" not in answer.content
    assert not publish(cast, indexed="on").indexed  # a secret link is never offered to them


def test_whoever_publishes_the_same_time_again_is_told_before(cast: make.Cast) -> None:
    address, told = reverse("coaching:report_card_preview", args=["theatre"]), "is published already"
    assert told not in browser(cast.alice).get(address, fortnight(cast.theatre)).content.decode()
    row = publish(cast)
    assert told in browser(cast.alice).get(address, fortnight(cast.theatre)).content.decode()
    browser(cast.alice).post(reverse("coaching:report_card_revoke", args=["theatre", row.pk]))
    assert told not in browser(cast.alice).get(address, fortnight(cast.theatre)).content.decode()


def test_pressing_twice_publishes_once(cast: make.Cast) -> None:
    assert publish(cast).pk == publish(cast).pk
    assert publish(cast, public="on").pk == publish(cast, public="on").pk
    with scope([cast.theatre.pk]):
        assert cast.theatre.reportcards.count() == 2
        first = cast.theatre.reportcards.exclude(address="").get()
        cast.theatre.reportcards.update(published_at=timezone.now() - timedelta(hours=1))
    assert publish(cast, public="on").address == f"{first.address}-2"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"period": "own"}, "Choose the first and the last day."),
        ({"period": "own", "since": "2026-05-03", "until": "2026-05-01"}, "before the first one"),
        ({"period": "own", "since": "2026-05-03", "until": "2999-05-01"}, "to 1 January 2100 for “Until”."),
        ({"period": "own", "since": "2024-01-01", "until": "2026-01-01"}, "A year is the longest"),
        ({"period": "own", "since": "2099-01-01", "until": "2099-02-01"}, "Choose days that are over"),
        ({"period": "2026-q3", "since": "2026-05-03", "until": "2026-05-01"}, "before the first one"),
        ({"period": "1066-q4"}, "Choose “Which time” from the list."),
        ({}, "Choose one for “Which time”."),
    ],
)
def test_a_time_that_cannot_be_is_explained(wrong: dict[str, str], says: str) -> None:
    make.cast()
    owner = browser(User.objects.get(email="alice@example.org"))
    for answer in (
        owner.get(reverse("coaching:report_card_preview", args=["theatre"]), wrong),
        owner.post(reverse("coaching:report_card_publish", args=["theatre"]), wrong),
    ):
        assert answer.status_code == 422
        assert says in answer.content.decode()


def test_the_chosen_thing_is_kept_and_the_others_are_not() -> None:
    cast, now = make.cast(), timezone.now()
    make.pulled(cast.theatre, *(make.post(n, created_at=now - timedelta(days=n)) for n in range(1, 60)))
    preview = browser(cast.alice).get(
        reverse("coaching:report_card_preview", args=["theatre"]), fortnight(cast.theatre)
    )
    options = [value for value, _ in preview.context["form"].fields["thing"].choices]
    assert (options[-1], len(options) > 2) == ("", True)
    row = publish(cast, thing=options[0])
    assert [one["rule"] for one in row.content["tries"]] == [options[0]]
    wrong = browser(cast.alice).post(
        reverse("coaching:report_card_publish", args=["theatre"]),
        {**fortnight(cast.theatre), "days": "7", "thing": "made_up"},
    )
    assert wrong.status_code == 422


def test_periods_are_months_quarters_and_days() -> None:
    assert periods.month(2026, 0) == periods.month(2025, 12)
    assert periods.quarter(2026, 0).period == Period(date(2025, 10, 1), date(2025, 12, 31))
    assert periods.month(2028, 2).period.last == date(2028, 2, 29)
    assert [one.code for one in periods.offered_until(date(2026, 11, 29))][:7] == [
        "2026-q3", "2026-q2", "2026-q1", "2025-q4", "2025-q3", "2026-10", "2026-09",
    ]  # fmt: skip
    assert periods.offered_until(date(2026, 12, 31))[0].code == "2026-q4"
    assert periods.name(date(2026, 7, 1), date(2026, 9, 30)) == "July to September 2026"
    assert periods.name(date(2026, 2, 1), date(2026, 2, 28)) == "February 2026"
    assert periods.name(date(2026, 2, 1), date(2026, 2, 27)) == "1 February 2026 to 27 February 2026"


def test_the_database_keeps_the_promises(cast: make.Cast) -> None:
    with scope([cast.theatre.pk]):
        row = make.card(cast.theatre, by=cast.alice, at=timezone.now())
    for wrong in ({"indexed": True}, {"first": row.last + timedelta(days=1)}):
        with pytest.raises(IntegrityError), scope([cast.theatre.pk]):
            cast.theatre.reportcards.filter(pk=row.pk).update(**wrong)


def test_extending_and_publishing_are_told_to_no_other_organization(cast: make.Cast) -> None:
    row = publish(cast)
    with scope([cast.rival.pk]):
        assert not cast.rival.reportcards.exists()
        assert publishing.lines(cast.rival, now=timezone.now()) == ()
    assert publishing.by_token(links.token(row), now=timezone.now()).open
