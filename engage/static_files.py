"""The style sheets of every page in one file, made when static files are collected: one request, not ten."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage


class BundlingStorage(CompressedManifestStaticFilesStorage):
    """Adds css/all.css, then names files by their content and compresses them as before."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """What `collectstatic` calls when it has copied everything."""
        if not dry_run:
            parts = []
            for name in settings.STYLESHEETS:
                with self.open(name) as file:
                    parts.append(file.read().decode())
            if self.exists(settings.STYLES_IN_ONE):
                self.delete(settings.STYLES_IN_ONE)
            # The same folder, so that what they point at is found from there as well.
            self.save(settings.STYLES_IN_ONE, ContentFile("\n".join(parts).encode()))
            paths = {**paths, settings.STYLES_IN_ONE: (self, settings.STYLES_IN_ONE)}
        yield from super().post_process(paths, dry_run, **options)
