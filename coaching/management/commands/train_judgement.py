"""`train_judgement`: learns the judges anew from data and our own examples."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from coaching.judgement import corpus, message_training, messages, model, training


class Command(BaseCommand):
    """Writes the two artefacts; the same data give the same bytes. Needs no database."""

    help = "Train the judges of posts and messages from a data folder."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """--data DIR [--into DIR]"""
        parser.add_argument("--data", type=Path, required=True, help="The folder with the labelled data.")
        parser.add_argument(
            "--into", type=Path, default=model.FILE.parent, help="Where to write the artefacts."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Fits posts, then messages, and says what was written."""
        data: Path = options["data"]
        if not (data / corpus.LABELLED).is_file():
            raise CommandError(f"There is no {corpus.LABELLED} in {data}.")
        into: Path = options["into"]
        posts = training.train(corpus.everything(data))
        (into / model.FILE.name).write_text(posts.to_json(), encoding="ascii")
        self.stdout.write(f"{posts.version}: {len(posts.terms)} terms")
        heard = message_training.train(message_training.written())
        (into / messages.FILE.name).write_text(message_training.to_json(heard), encoding="ascii")
        self.stdout.write(f"{heard.version}: {len(heard.terms)} terms")
