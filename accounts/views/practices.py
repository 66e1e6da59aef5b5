"""A practice's own pages: its people, its look, its clients."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit, tasks
from accounts.middleware import visitor_address
from accounts.models import Consultant, PracticeLink, User
from accounts.practices import clients, consultants, handover, links, look, mails, pages
from accounts.practices.forms import (
    ConsultantForm,
    LookForm,
    MyMailForm,
    NewClientForm,
    NewLinkForm,
    PracticeForm,
)

Kind = PracticeLink.Kind
Inside = Callable[..., HttpResponse]


def inside(*, leads: bool = False) -> Callable[[Inside], Inside]:
    """Lets those into a practice's pages who work for it, and only those who lead it where that is asked."""

    def decorate(view: Inside) -> Inside:
        @wraps(view)
        def entered(request: HttpRequest, practice: str, *args: Any, **kwargs: Any) -> HttpResponse:
            me = pages.place(cast(User, request.user), practice)
            if me is None:
                raise Http404
            if leads and not me.leads:
                return render(
                    request, "accounts/practices/leads_only.html", {"practice": me.practice}, status=403
                )
            with audit.coming_from(audit.Origin(visitor_address(request), me.practice.pk)):
                response = view(request, me, *args, **kwargs)
            patch_cache_control(response, private=True, no_store=True)
            return response

        return entered

    return decorate


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new practice, led by whoever sets it up."""
    form = PracticeForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = consultants.found(**form.cleaned_data, by=cast(User, request.user), now=timezone.now())
        except ValidationError as wrong:
            form.add_error(None, wrong.messages[0])
        else:
            return redirect("accounts:practice", made.slug)
    status = 422 if form.errors else 200
    return render(request, "accounts/practices/new.html", {"form": form}, status=status)


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also where it is empty."""
    return request.POST if request.method == "POST" else None


@require_safe
@inside()
def practice(request: HttpRequest, me: Consultant) -> HttpResponse:
    """The practice: who works for it, whom it looks after, who is invited."""
    return _page(request, me)


def _page(request: HttpRequest, me: Consultant, form: ConsultantForm | None = None) -> HttpResponse:
    seen = {"digest_on": me.digest_on, "digest_day": me.digest_day}
    context = {
        "page": pages.practice_page(me, now=timezone.now()),
        "form": form or ConsultantForm(),
        "mail_form": MyMailForm(initial=seen),
        "practice": me.practice,
    }
    status = 422 if form is not None else 200
    return render(request, "accounts/practices/practice.html", context, status=status)


@require_POST
@inside(leads=True)
def invite(request: HttpRequest, me: Consultant) -> HttpResponse:
    """Invites a consultant."""
    form = ConsultantForm(request.POST)
    if not form.is_valid():
        return _page(request, me, form)
    try:
        consultants.invite(
            me.practice,
            form.cleaned_data["email"],
            leads=form.cleaned_data["leads"],
            by=cast(User, request.user),
            now=timezone.now(),
        )
    except ValidationError as wrong:
        form.add_error("email", wrong)
        return _page(request, me, form)
    tasks.hurry_practice_mails()
    messages.success(request, _("The invitation is on its way. You can copy its link here, too."))
    return redirect("accounts:practice", me.practice.slug)


@require_POST
@inside()
def link_again(request: HttpRequest, me: Consultant, pk: int) -> HttpResponse:
    """A fresh link, mailed where it was addressed to somebody."""
    link, now = _own_link(me, pk), timezone.now()
    try:
        links.renew(link, now=now)
    except ValidationError as wrong:
        messages.error(request, wrong.messages[0])
    else:
        if link.email:
            kind = mails.Kind.CONSULTANT if link.kind == Kind.CONSULTANT else mails.Kind.HANDOVER
            mails.offer(link, kind, link.email, now=now)
            tasks.hurry_practice_mails()
            messages.success(request, _("Sent again. The earlier link no longer works."))
        else:
            messages.success(request, _("Here is a new link. The earlier one no longer works."))
    return redirect("accounts:practice", me.practice.slug)


@require_POST
@inside()
def link_revoke(request: HttpRequest, me: Consultant, pk: int) -> HttpResponse:
    """Takes a link back."""
    if links.revoke(_own_link(me, pk), now=timezone.now()):
        messages.success(request, _("Taken back. The link no longer works."))
    else:
        messages.error(request, _("This link was used already, so it cannot be taken back."))
    return redirect("accounts:practice", me.practice.slug)


def _own_link(me: Consultant, pk: int) -> PracticeLink:
    """A link of the practice that this consultant may handle: those for consultants are for who leads."""
    kinds = [Kind.HANDOVER, Kind.CONSULTANT] if me.leads else [Kind.HANDOVER]
    return get_object_or_404(me.practice.links.select_related("organization"), pk=pk, kind__in=kinds)


@require_POST
@inside(leads=True)
def consultant(request: HttpRequest, me: Consultant, pk: int) -> HttpResponse:
    """Lets a consultant lead, no longer lead, or leave."""
    get_object_or_404(me.practice.consultants, pk=pk)
    what, now = request.POST.get("what"), timezone.now()
    try:
        if what == "remove":
            ended = consultants.remove(me.practice, pk, by=cast(User, request.user), now=now)
            if ended:
                messages.info(request, _say_ended(ended))
        elif what in ("lead", "follow"):
            consultants.set_leads(me.practice, pk, leads=what == "lead", now=now)
    except ValidationError as wrong:
        messages.error(request, wrong.messages[0])
    return redirect("accounts:practice", me.practice.slug) if pk != me.pk else redirect("coaching:clients")


def _say_ended(links: int) -> str:
    """They may have copied links for clients, so those that wait on the page are others now."""
    return ngettext(
        "One link to hand over an organization has ended, as they may have copied it. "
        "Send your client the one that stands here now; a link that came by mail still works.",
        "%(n)d links to hand over an organization have ended, as they may have copied them. "
        "Send your clients those that stand here now; a link that came by mail still works.",
        links,
    ) % {"n": links}


@require_http_methods(["GET", "HEAD", "POST"])
@inside()
def leave(request: HttpRequest, me: Consultant) -> HttpResponse:
    """Somebody leaves the practice."""
    if request.method != "POST":
        return render(request, "accounts/practices/leave.html", {"practice": me.practice})
    try:
        consultants.remove(me.practice, me.pk, by=cast(User, request.user), now=timezone.now())
    except ValidationError as wrong:
        context = {"practice": me.practice, "wrong": wrong.messages[0]}
        return render(request, "accounts/practices/leave.html", context, status=422)
    messages.success(request, _("You have left %(name)s.") % {"name": me.practice.name})
    return redirect("coaching:home")


@require_POST
@inside()
def my_mail(request: HttpRequest, me: Consultant) -> HttpResponse:
    """Whether and on which day a consultant gets the mail about all clients."""
    form = MyMailForm(request.POST)
    if form.is_valid():
        Consultant.objects.filter(pk=me.pk).update(**form.cleaned_data)
        messages.success(request, _("Saved."))
    return redirect("accounts:practice", me.practice.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@inside(leads=True)
def change_look(request: HttpRequest, me: Consultant) -> HttpResponse:
    """How the practice looks to its clients."""
    now, kept = timezone.now(), me.practice
    names = ("name", "brand_name", "sender_name", "colour", "timezone")
    initial = {name: getattr(kept, name) for name in names}
    initial["reply_to"] = kept.reply_to_asked or kept.reply_to
    form = LookForm(_posted(request), request.FILES or None, initial=initial, has_logo=bool(kept.logo_type))
    if request.method == "POST" and form.is_valid():
        if look.change(kept, form.look, now=now):
            tasks.hurry_practice_mails()
            messages.success(
                request,
                _("Saved. We have written to the address for answers; it is used once they agree."),
            )
        else:
            messages.success(request, _("Saved."))
        return redirect("accounts:practice_look", kept.slug)
    status = 422 if form.errors else 200
    return render(request, "accounts/practices/look.html", {"form": form, "practice": kept}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@inside()
def client_new(request: HttpRequest, me: Consultant) -> HttpResponse:
    """Sets an organization up for a client, and makes the one link that the client opens."""
    form = NewClientForm(_posted(request), initial={"timezone": me.practice.timezone})
    if request.method == "POST" and form.is_valid():
        try:
            made = handover.prepare(me.practice, form.wanted, by=cast(User, request.user), now=timezone.now())
        except ValidationError as wrong:
            form.add_error(None, wrong)
        else:
            tasks.hurry_practice_mails()
            return redirect("accounts:practice_client", me.practice.slug, made.pk)
    context = {"form": form, "practice": me.practice}
    return render(request, "accounts/practices/client_new.html", context, status=422 if form.errors else 200)


@require_safe
@inside()
def client(request: HttpRequest, me: Consultant, pk: int) -> HttpResponse:
    """The link for a new client, to send or to copy."""
    link = get_object_or_404(me.practice.links.select_related("organization"), pk=pk, kind=Kind.HANDOVER)
    now = timezone.now()
    context = {"line": pages.link_line(link, now), "practice": me.practice}
    return render(request, "accounts/practices/client.html", context)


@require_POST
@inside()
def client_link(request: HttpRequest, me: Consultant, pk: int) -> HttpResponse:
    """Another link for a client whose first one was taken back."""
    now = timezone.now()
    access = get_object_or_404(
        me.practice.open_clients(now).select_related("practice", "organization"), pk=pk
    )
    form = NewLinkForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(_("Write the address in full, such as name@example.org."))
        said = form.cleaned_data
        made = handover.again(
            access, role=said["role"], email=said["email"], by=cast(User, request.user), now=now
        )
    except ValidationError as wrong:
        messages.error(request, wrong.messages[0])
        return redirect("accounts:practice", me.practice.slug)
    tasks.hurry_practice_mails()
    return redirect("accounts:practice_client", me.practice.slug, made.pk)


@require_POST
@inside()
def client_end(request: HttpRequest, me: Consultant, pk: int) -> HttpResponse:
    """The practice ends its own access to a client."""
    now = timezone.now()
    access = get_object_or_404(me.practice.open_clients(now).select_related("organization"), pk=pk)
    try:
        clients.end(access, by=cast(User, request.user), now=now)
    except ValidationError as wrong:
        messages.error(request, wrong.messages[0])
    else:
        tasks.hurry_practice_mails()
        said = _("You have no access to %(name)s any more. Its owners are told.")
        messages.success(request, said % {"name": access.organization.name})
    return redirect("accounts:practice", me.practice.slug)


@require_POST
@inside()
def offer_answer(request: HttpRequest, me: Consultant, pk: int) -> HttpResponse:
    """Says yes or no to an organization that has invited the practice."""
    offered = get_object_or_404(me.practice.links.select_related("organization"), pk=pk, kind=Kind.CLIENT)
    user, now = cast(User, request.user), timezone.now()
    try:
        if request.POST.get("what") == "decline":
            clients.decline(offered, by=user, now=now)
            return redirect("accounts:practice", me.practice.slug)
        clients.accept(offered, me.practice, by=user, now=now)
    except ValidationError as wrong:
        messages.error(request, wrong.messages[0])
        return redirect("accounts:practice", me.practice.slug)
    tasks.hurry_practice_mails()
    return redirect("coaching:clients")
