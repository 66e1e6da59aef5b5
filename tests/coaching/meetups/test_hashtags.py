"""Hashtags in any script: what the networks take, and what is found in the feed however it was typed."""

from __future__ import annotations

import unicodedata

import pytest

from accounts.tenancy import scope
from coaching.meetups import hashtags
from tests import make

pytestmark = pytest.mark.django_db
HINDI, THAI, ARABIC, PERSIAN = "हिन्दी_पार्टी", "คืนนี้ที่โรงละคร", "لقاء_العربيّة", "می\u200cخواهم"


@pytest.mark.parametrize(
    "tag",
    ["GullPint", "Möwe_1", HINDI, THAI, ARABIC, PERSIAN, "kadıköy", "İstanbul", "2026Fringe", "_a", "x" * 60],
)
def test_what_the_networks_take_is_taken(tag: str) -> None:
    for typed in (tag, f"#{tag}", f"\uff03{tag}", f"  #{tag} ", unicodedata.normalize("NFD", tag)):
        assert hashtags.clean(typed) == tag
        assert unicodedata.is_normalized("NFC", hashtags.clean(typed))
    assert hashtags.clean(" ") == ""


@pytest.mark.parametrize(
    "odd",
    [
        "two words", "#", "##a", "2026", "2026_1", "___", "a.b", "a-b", "a#b", "x" * 61, "\u0947a", "\u200da",
        "🎭", "a²", "٢٠٢٦",
    ],
)  # fmt: skip
def test_what_they_would_cut_or_refuse_is_refused(odd: str) -> None:
    with pytest.raises(ValueError):
        hashtags.clean(odd)


@pytest.mark.parametrize(
    ("tag", "said", "not_said"),
    [
        (HINDI, (f"आज #{HINDI}!", f"(#{HINDI})"), (f"#{HINDI}य", f"#{HINDI[:-1]}")),
        ("द", ("#द में",), ("#दे", "#देश")),  # the sign of a vowel goes on with the word
        (THAI, (f"#{THAI} ครับ",), (f"#{THAI}ๆ", f"#{THAI}\u0e49")),
        (ARABIC, (f"\u200f#{ARABIC}،",), (f"#{ARABIC}\u0651", ARABIC)),
        (PERSIAN, (f"#{PERSIAN}",), (f"#{PERSIAN}\u200cها", "#می")),
        ("kadıköy", ("#kadıköy", "#KADIKÖY", "#Kadiköy", "#KADİKÖY"), ("#kadıköyde", "#kadköy")),
        ("İstanbul", ("#istanbul", "#İSTANBUL", "#i\u0307stanbul", "#ISTANBUL"), ("#istanbullu",)),
        ("Möwe", ("#MÖWE", "#mo\u0308we", "\uff03möwe"), ("#Mowe", "#Möwen", "x#Möwe", "?a=b&#Möwe")),
        ("Οδός", ("#ΟΔΌΣ", "#οδόσ"), ("#οδό",)),
        ("a_b", ("#A_B",), ("#axb", "#a")),
    ],
)
def test_the_feed_is_searched_as_people_type(
    tag: str, said: tuple[str, ...], not_said: tuple[str, ...]
) -> None:
    cast = make.cast()
    texts = [*said, *not_said]
    make.pulled(
        cast.theatre,
        *(make.post(n, text) for n, text in enumerate(texts, 1)),
        messages=[make.message(n, text) for n, text in enumerate(texts, 1)],
    )
    since = make.NOW - hashtags.LOOK_BACK
    with scope([cast.theatre.pk]):
        for typed in (tag, unicodedata.normalize("NFD", tag)):
            found = hashtags.follow(cast.theatre, hashtags.clean(typed), since=since, until=make.NOW)
            assert {one.text for one in found.shown if one.ours} == set(said)
            assert {one.text for one in found.shown if not one.ours} == set(said)
            assert (found.use.posts, found.use.messages) == (len(said), len(said))
            assert found.use == hashtags.use(cast.theatre, tag, since=since, until=make.NOW)
