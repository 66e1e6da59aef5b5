"""What operators may look at: who is there, never what they wrote.

Tenant rows are not registered: row-level security shows none outside an organization's own pages.
"""

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest

from accounts import audit
from accounts.middleware import visitor_address
from accounts.models import Membership, Organization, User
from accounts.tenancy import scope


class Kept(admin.ModelAdmin):
    """What nobody deletes here: accounts and organizations end by their own pages, whole and with a trail."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


class MembershipInline(admin.TabularInline):
    """Who belongs to an organization; an operator may let somebody in where no owner can any more."""

    model = Membership
    extra = 0
    fields = ("user", "role")
    autocomplete_fields = ("user",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Roles change on the members page, where one owner remains."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Likewise."""
        return False


@admin.register(User)
class UserAdmin(Kept):
    """People who log in."""

    list_display = ("email", "name", "is_active", "is_staff", "date_joined")
    search_fields = ("email", "name")
    fields = ("email", "name", "is_active", "is_staff", "is_superuser", "date_joined", "last_login")
    readonly_fields = ("date_joined", "last_login")


@admin.register(Organization)
class OrganizationAdmin(Kept):
    """Tenants and their members."""

    list_display = ("name", "slug", "timezone", "created_at")
    search_fields = ("name", "slug")
    # What else there is belongs to its owners.
    fields = ("name", "slug", "timezone", "language")
    inlines = (MembershipInline,)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Keeps who was let in, and says so in the organization's trail."""
        by = cast(User, request.user)
        origin = audit.Origin(address=visitor_address(request))
        for place in formset.save():
            with scope([place.organization_id]), audit.coming_from(origin):
                audit.record(
                    place.organization,
                    "member_joined",
                    by=by,
                    at=place.created_at,
                    target=place.user_id,
                    role=place.role,
                )
