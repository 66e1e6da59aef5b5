"""What networks call: pushes, challenges, and the notices that people left or want their data deleted."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coaching import deletion, network_apps, pushes, tasks
from coaching.models import DeletionRequest
from coaching.networks import webhooks
from coaching.networks.contract import Network
from coaching.networks.facebook_login import parse_signed_request

PLAIN = "text/plain; charset=utf-8"
LARGEST_NOTICE = 16 * 1024


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def webhook_facebook(request: HttpRequest) -> HttpResponse:
    """Facebook's handshake (GET) and pushes (POST, signed over the raw bytes)."""
    if request.method == "GET":
        fits = webhooks.fits(request.GET.get("hub.verify_token"), settings.FACEBOOK_VERIFY_TOKEN)
        if request.GET.get("hub.mode") != "subscribe" or not fits:
            return HttpResponse("no", status=403, content_type=PLAIN)
        return HttpResponse(request.GET.get("hub.challenge", ""), content_type=PLAIN)
    body = _body(request, webhooks.LARGEST)
    if body is None:
        return HttpResponse("too large", status=413, content_type=PLAIN)
    signature = request.headers.get("X-Hub-Signature-256")
    if not webhooks.signed_in_hex(body, signature, settings.FACEBOOK_APP_SECRET):
        return HttpResponse("no", status=403, content_type=PLAIN)
    return _kept(Network.FACEBOOK, body)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def webhook_x(request: HttpRequest) -> HttpResponse:
    """X's challenge (GET with crc_token) and pushes (POST, signed over the raw bytes)."""
    secret = settings.X_CONSUMER_SECRET
    if request.method == "GET":
        challenge = request.GET.get("crc_token")
        if not secret or not challenge:
            return HttpResponse("no", status=403, content_type=PLAIN)
        return JsonResponse({"response_token": webhooks.answer_to_crc(challenge, secret)})
    body = _body(request, webhooks.LARGEST)
    if body is None:
        return HttpResponse("too large", status=413, content_type=PLAIN)
    if not webhooks.signed_in_base64(body, request.headers.get("x-twitter-webhooks-signature"), secret):
        return HttpResponse("no", status=403, content_type=PLAIN)
    return _kept(Network.TWITTER, body)


def _body(request: HttpRequest, most: int) -> bytes | None:
    """The raw bytes as they came, None for more than anybody has reason to send."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > most:
        return None
    body = request.read(most + 1)
    return body if len(body) <= most else None


def _kept(network: Network, body: bytes) -> HttpResponse:
    push_id = pushes.keep(network, body, now=timezone.now())
    if push_id is not None:
        tasks.enqueue(tasks.apply_push, push_id)
    return HttpResponse("ok", content_type=PLAIN)


@csrf_exempt
@login_not_required
@require_POST
def facebook_deauthorize(request: HttpRequest) -> HttpResponse:
    """Somebody removed the app at Facebook: their tokens are deleted."""
    told = _signed(request)
    if told is None:
        return HttpResponse("no", status=403, content_type=PLAIN)
    deletion.deauthorized(told, now=timezone.now())
    return HttpResponse("ok", content_type=PLAIN)


@csrf_exempt
@login_not_required
@require_POST
def facebook_deletion(request: HttpRequest) -> HttpResponse:
    """Somebody told Facebook to have their data deleted: the answer says where to see how far it is."""
    told = _signed(request)
    if told is None or not deletion.person_in(told):
        return HttpResponse("no", status=403, content_type=PLAIN)
    noted = deletion.requested(told, now=timezone.now())
    tasks.enqueue(tasks.erase_person, noted.pk)
    url = f"{network_apps.address('coaching:facebook_deletion')}{noted.code}/"
    return JsonResponse({"url": url, "confirmation_code": noted.code})


def _signed(request: HttpRequest) -> dict[str, Any] | None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST_NOTICE or not settings.FACEBOOK_APP_SECRET:
        return None
    return parse_signed_request(request.POST.get("signed_request", ""), settings.FACEBOOK_APP_SECRET)


@login_not_required
@require_safe
def deletion_status(request: HttpRequest, code: str) -> HttpResponse:
    """How far a deletion is, for whoever has its code."""
    found = get_object_or_404(DeletionRequest, code=code)
    return render(request, "coaching/deletion_status.html", {"request_for_deletion": found})
