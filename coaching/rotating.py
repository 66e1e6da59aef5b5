"""Changes the encryption key of everything that is sealed."""

from accounts.models import Organization
from accounts.tenancy import scope
from coaching.models import Connection, sealed


def rotate() -> tuple[int, int]:
    """Seals every token with the first key; (how many, how many no key opens). Once more does no harm."""
    rotated = shut = 0
    for organization in Organization.objects.order_by("pk"):
        with scope([organization.pk]):
            kept = Connection.across_organizations.select_for_update().exclude(sealed_tokens="")
            for connection in kept:
                try:
                    connection.sealed_tokens = sealed.reseal(connection.sealed_tokens)
                except sealed.Unsealable:
                    shut += 1
                    continue
                connection.save(update_fields=["sealed_tokens"])
                rotated += 1
    return rotated, shut
