"""`evaluate_judgement`: how good the judge is on brands it has not seen, beside simpler judges."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management import BaseCommand, CommandError, CommandParser

from coaching.judgement import baselines, corpus, evaluation, message_evaluation, training
from coaching.judgement.evaluation import figures, leave_one_brand_out


class Command(BaseCommand):
    """Prints one row a judge: pooled over leave-one-brand-out, one row a template. Needs no database."""

    help = "Measure the judge on labelled data, beside simpler judges."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """--data DIR [--json]"""
        parser.add_argument("--data", type=Path, required=True, help="The folder with the labelled data.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Every figure with its interval; takes about two minutes."""
        data: Path = options["data"]
        if not (data / corpus.LABELLED).is_file():
            raise CommandError(f"There is no {corpus.LABELLED} in {data}.")
        report = {
            "judges": judges(data),
            "own_examples": evaluation.own_held_out(data),
            "messages": message_evaluation.report(data),
        }
        if options["json"]:
            self.stdout.write(json.dumps(report))
        else:
            self._print(report)

    def _print(self, report: dict[str, Any]) -> None:
        for name, row in report["judges"].items():
            told = "  ".join(
                f"{key} {f['value']:.3f} [{f['low']:.3f}, {f['high']:.3f}]" for key, f in row.items()
            )
            self.stdout.write(f"{name}\n  {told}")
        self.stdout.write(f"own examples held back\n  {json.dumps(report['own_examples'])}")
        self.stdout.write(f"messages\n  {json.dumps(report['messages'])}")


def judges(data: Path) -> dict[str, Any]:
    """The figures of every judge, by its name."""
    examples = corpus.labelled(data)
    truth = np.array([example.label for example in examples])
    book = training.Workbook(corpus.everything(data), training.Settings())
    own = evaluation.own_judge(book)
    words = baselines.sklearn_judge(baselines.tfidf_regression)
    forest = baselines.sklearn_judge(baselines.random_forest)
    seen = evaluation.own_judge_of_texts(book, examples)
    guesses = {
        "majority": leave_one_brand_out(baselines.majority, examples),
        "starts_with_handle": leave_one_brand_out(baselines.starts_with_handle, examples),
        "random_forest": leave_one_brand_out(forest, examples),
        "tfidf_regression": leave_one_brand_out(words, examples),
        "tfidf_regression_bare": leave_one_brand_out(words, examples, bare=True),
        "engage": leave_one_brand_out(own, examples),
        "engage_bare": leave_one_brand_out(own, examples, bare=True),
        "engage_brands_seen": evaluation.brands_seen(seen, examples),
    }
    return {name: figures(truth, guess) for name, guess in guesses.items()}
