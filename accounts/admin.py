"""What operators may look at: who is there, never what they wrote.

Tenant rows are not registered: row-level security shows none outside an organization's own pages.
"""

from django.contrib import admin

from accounts.models import Membership, Organization, User


class MembershipInline(admin.TabularInline):
    """Who belongs to an organization."""

    model = Membership
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """People who log in."""

    list_display = ("email", "name", "is_active", "is_staff", "date_joined")
    search_fields = ("email", "name")
    fields = ("email", "name", "is_active", "is_staff", "is_superuser", "date_joined", "last_login")
    readonly_fields = ("date_joined", "last_login")


@admin.register(Organization)
class OrganizationAdmin(admin.ModelAdmin):
    """Tenants and their members."""

    list_display = ("name", "slug", "timezone", "created_at")
    search_fields = ("name", "slug")
    inlines = (MembershipInline,)
