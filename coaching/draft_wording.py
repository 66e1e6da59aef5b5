"""The sentences of the draft coach: length, reading hints, and questions to the writer."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from coaching.judgement.draft import Hint
from coaching.judgement.post_length import Length

_HINTS: dict[str, Promise] = {
    "alt_text": _("Describe the picture in a sentence, for people who cannot see it."),
    "camel_case": _("Begin each word of {phrase} with a capital: screen readers then read words."),
    "emoji_row": _("A screen reader names every emoji in a row; one is enough."),
    "fancy_letters": _("Screen readers cannot read {phrase}: these letters are symbols. Use plain ones."),
    "shouting": _("Capitals read like shouting, and slower."),
}
_PROMPTS: dict[str, Promise] = {
    "opinion_not_bait": _(
        "What would you really like to know from your readers, instead of a like or a tag?"
    ),
    "starts_with_handle": _("Shall all your followers see it? Then put a word in front of {phrase}."),
    "fewer_hashtags": _("Which one or two of these hashtags do people really follow?"),
    "which_not_why": _(
        "Could you ask “which”, “who” or “would you” instead of “{phrase}”? That is easier to answer."
    ),
    "something_for_those_who_cannot_come": _("What is in it for somebody who will not buy or come?"),
    "say_why_you_pass_it_on": _("Why do you pass this on? Say it in a sentence of your own."),
    "ask_something": _("What could your readers tell you about this? Ask them."),
    "whose_is_it": _("Whose work is it? Name them by handle."),
    "who_took_part": _("Who took part or made it possible? Name them by handle."),
    "speak_to_one_reader": _("How would you say it to one person across the counter?"),
}
_TROUBLES: dict[str, Promise] = {
    "off": _("Rewriting by machine is switched off."),
    "empty": _("Write something first."),
    "budget": _(
        "This month’s rewrites are used up. You can go on by yourself: the questions beside your draft help."
    ),
    "others_words": _(
        "This draft holds words of somebody else on X; those are not sent to a machine. "
        "Take them out and ask again."
    ),
    "too_long": _("The machine's wording was too long for this network. You can ask once more."),
    "asking": _("A colleague is asking for a rewrite just now. Try again in a moment."),
    "busy": _("The machine has no time just now. Try again in a few minutes."),
    "timeout": _("The machine took too long. Try again in a few minutes."),
    "unreachable": _("The machine cannot be reached. Try again later, or tell whoever runs this site."),
    "key": _("The machine refuses our key. Tell whoever runs this site."),
    "credit": _("There is no credit left at the machine. Tell whoever runs this site."),
}


def trouble(reason: str) -> str:
    """Why there is no rewrite, and what to do."""
    return str(
        _TROUBLES.get(reason, _("The machine gave no usable answer. Try again, or go on by yourself."))
    )


def hint(found: Hint) -> str:
    """A reading hint as a sentence."""
    return str(_HINTS[found.code]).format(phrase=found.phrase)


def prompt(found: Hint) -> str:
    """A question to the writer."""
    return str(_PROMPTS[found.code]).format(phrase=found.phrase)


def length(counted: Length) -> str:
    """How much may still be written: "34 of 280, 246 left", "12 too many"."""
    if counted.fits:
        return gettext("{used} of {limit} characters, {left} left").format(
            used=counted.used, limit=counted.limit, left=counted.left
        )
    over = -counted.left
    return ngettext("{count} character too many", "{count} characters too many", over).format(count=over)
