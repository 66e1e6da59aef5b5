"""Who people are and which organizations they belong to."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, organizations, memberships and the locks between tenants."""

    name = "accounts"
