"""The admin as an app, with a door of our own."""

from django.contrib.admin.apps import AdminConfig


class OperatorsConfig(AdminConfig):
    """Django's admin on the site of accounts/admin_site.py."""

    default_site = "accounts.admin_site.OperatorsSite"
