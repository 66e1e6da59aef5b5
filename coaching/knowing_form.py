"""What people write who check themselves, or who want to let an organization know."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from coaching import self_check
from coaching.models import Connection


class SelfCheckForm(forms.Form):
    """Posts of one's own."""

    posts = forms.CharField(
        label=_("Your posts"),
        strip=False,
        max_length=self_check.LONGEST,
        error_messages={
            "required": _("Paste at least one post."),
            "max_length": _("That is too much at once: paste fewer posts, twenty at most."),
        },
        help_text=_("One a line, or with an empty line between posts of several lines. Twenty at most."),
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    network = forms.ChoiceField(label=_("Where"), choices=Connection.Network.choices)

    def clean_posts(self) -> str:
        """What was pasted, where there is a post in it and none is longer than any network takes."""
        pasted: str = self.cleaned_data["posts"]
        found = self_check.split(pasted)
        if not found:
            raise forms.ValidationError(_("Paste at least one post."), code="required")
        long = [place for place, post in enumerate(found, 1) if len(post) > self_check.LONGEST_POST]
        if long:
            said = ngettext(
                "Post %(which)s is too long to be one post; leave an empty line between posts.",
                "Posts %(which)s are too long to be one post each; leave an empty line between posts.",
                len(long),
            )
            raise forms.ValidationError(said % {"which": ", ".join(map(str, long[:5]))})
        return pasted


class NoteForm(forms.Form):
    """A note to an organization, which its writer sends."""

    note = forms.CharField(
        label=_("Your note"),
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 14}),
        error_messages={"max_length": _("Mail programs cut longer notes off; 1,500 characters fit.")},
    )
