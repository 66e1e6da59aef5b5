"""The coach: what organizations published, how it is judged and what to try."""

from django.apps import AppConfig


class CoachingConfig(AppConfig):
    """Connections, posts, judgements, suggestions and the pages that show them."""

    name = "coaching"
