"""The sentences for what the judge found; every text a reader sees about a verdict is here."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coaching.judgement.verdict import Reason

LONGEST_PHRASE = 60

SENTENCES: dict[str, Promise] = {
    "answers_other": _("answers another person"),
    "answers_itself": _("continues its own post"),
    "shares": _("passes on what somebody else posted"),
    "links": _("has a link"),
    "no_link": _("has no link"),
    "media": _("has a picture or video"),
    "repeats_once": _("was posted almost word for word before"),
    "repeats_often": _("is a text sent again and again"),
    "repeats_always": _("is a template sent to many people"),
    "opens_with_handle": _("speaks to {phrase}"),
    "opens_with_dot_handle": _("speaks to {phrase} in front of everybody"),
    "comments_on_repost": _("adds own words to {phrase}"),
    "passes_on": _("passes on {phrase}"),
    "names_people": _("names {phrase}"),
    "hashtag": _("uses a hashtag: {phrase}"),
    "many_hashtags": _("uses three or more hashtags"),
    "exclaims": _("has an exclamation mark"),
    "smiles": _("smiles: {phrase}"),
    "emoji": _("uses emoji: {phrase}"),
    "price": _("names a price: {phrase}"),
    "clock": _("names a time: {phrase}"),
    "numbers": _("gives a number: {phrase}"),
    "ends_with_link": _("ends with a link"),
    "link_after_colon": _("leads to a link"),
    "prompts_link": _("points at a link: {phrase}"),
    "very_short": _("is very short"),
    "short": _("is short"),
    "long": _("is long"),
    "very_long": _("is very long"),
    "trails_off": _("breaks off before a link"),
    "asks": _("has a question mark"),
    "shouts": _("is mostly in capitals"),
    "asks_reader": _("asks the reader a question: {phrase}"),
    "asks_with_you": _("asks about the reader: {phrase}"),
    "teases": _("asks only to lead to a link: {phrase}"),
    "speaks_to_you": _("speaks to the reader: {phrase}"),
    "speaks_of_itself": _("speaks of itself: {phrase}"),
    "speaks_as_one": _("speaks as a person: {phrase}"),
    "signs_off": _("is signed by a person: {phrase}"),
    "headline": _("reads like a headline"),
    "quotes": _("quotes somebody"),
    "dates": _("names a day: {phrase}"),
    "opens_with_name": _("opens with a name: {phrase}"),
    "calls_by_name": _("calls somebody by name: {phrase}"),
    "by_somebody": _("names who made it: {phrase}"),
    "thanks": _("thanks somebody: {phrase}"),
    "apologises": _("says sorry: {phrase}"),
    "greets": _("greets: {phrase}"),
    "congratulates": _("congratulates: {phrase}"),
    "praises": _("praises somebody: {phrase}"),
    "wishes": _("wishes somebody well: {phrase}"),
    "welcomes": _("makes somebody welcome: {phrase}"),
    "is_glad": _("is glad about people: {phrase}"),
    "agrees": _("responds to somebody: {phrase}"),
    "promises_help": _("offers help: {phrase}"),
    "invites_contact": _("invites people to get in touch: {phrase}"),
    "asks_opinion": _("asks what people think: {phrase}"),
    "quips": _("speaks as in a chat: {phrase}"),
    "shares_credit": _("credits somebody: {phrase}"),
    "announces": _("announces: {phrase}"),
    "reads_more": _("sends people elsewhere: {phrase}"),
    "sells": _("tells people to buy: {phrase}"),
    "asks_money": _("asks for money or support: {phrase}"),
    "calls_to_act": _("tells people to do something: {phrase}"),
    "baits": _("begs for reactions: {phrase}"),
    "fun_fact": _("offers a fact or a tip: {phrase}"),
    "newsy": _("reads like a news report: {phrase}"),
    "other_wording": _("other wording"),
    "base": _("where every post starts"),
}
UNKNOWN = _("something in the text: {phrase}")


def explain(reason: Reason, text: str) -> str:
    """One ground of a verdict in words, with the phrase of the text it rests on."""
    phrase = ""
    if reason.start is not None and reason.end is not None:
        phrase = " ".join(text[reason.start : reason.end].split())
        if len(phrase) > LONGEST_PHRASE:
            phrase = phrase[: LONGEST_PHRASE - 1].rstrip() + "…"
    sentence = str(SENTENCES.get(reason.code, UNKNOWN))
    return sentence.replace("{phrase}", f"‘{phrase}’")
