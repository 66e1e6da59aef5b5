"""What allauth leaves to the site that it serves: its mails in our dress, its errors in our words."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from accounts import login_wording, mailing, pending_mail


class AccountAdapter(DefaultAccountAdapter):
    """Mails about accounts, such as to confirm an address, look like all others and are not lost."""

    error_messages = DefaultAccountAdapter.error_messages | login_wording.ABOUT_ACCOUNTS

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sends it now, as somebody waits for it; a worker tries again where the mail server is away."""
        told = {"request": self.request, "email": email, **context}
        pending_mail.send_or_keep(self.render_mail(template_prefix, email, told), now=timezone.now())

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMultiAlternatives:
        """The mail with its words and the same words as HTML."""
        plain = super().render_mail(template_prefix, email, context, headers)
        made = EmailMultiAlternatives(
            plain.subject, plain.body, plain.from_email, plain.to, headers=plain.extra_headers
        )
        made.extra_headers.setdefault("Auto-Submitted", "auto-generated")
        made.attach_alternative(mailing.dressed(plain.body), "text/html")
        return made
