"""Changes the encryption key of everything that is sealed."""

from accounts import pending_mail, second_step
from accounts.models import Organization
from accounts.tenancy import scope
from coaching.models import Connection, WebhookEndpoint, sealed

_SEALED = ((Connection, "sealed_tokens"), (WebhookEndpoint, "sealed_secrets"))


def rotate() -> tuple[int, int]:
    """Seals every secret with the first key; (how many, how many no key opens). Once more does no harm."""
    of_people = (second_step.rotate(), pending_mail.rotate())
    rotated, shut = (sum(counts) for counts in zip(*of_people, strict=True))
    for organization in Organization.objects.order_by("pk"):
        with scope([organization.pk]):
            for model, field in _SEALED:
                kept = model.across_organizations.select_for_update().exclude(**{field: ""})
                for row in kept:
                    try:
                        setattr(row, field, sealed.reseal(getattr(row, field)))
                    except sealed.Unsealable:
                        shut += 1
                        continue
                    row.save(update_fields=[field])
                    rotated += 1
    return rotated, shut
