import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from dialog_core.datasets import LabelledText
from dialog_evaluation.intents.confusion import confused_pairs
from dialog_evaluation.intents.evaluation import Evaluation, measure
from dialog_evaluation.intents.html_report import html_report
from dialog_evaluation.metrics.calibration import reliability
from dialog_evaluation.metrics.per_label import scores_by_label
from dialog_evaluation.prediction import Coded, Prediction
from tests.plugins.dialog_evaluation.pages import read


def evaluation_of(rows: Sequence[tuple[str, str, str]], remarks: Sequence[str] = ()) -> Evaluation:
    """Return the evaluation of rows of text, right label and decided label."""
    texts = [LabelledText(text, label, {"line": 1}) for text, label, _ in rows]
    predictions = [Prediction(decided, 0.5 + 0.4 * (number % 2)) for number, (_, _, decided) in enumerate(rows)]
    references = [row.label for row in texts]
    return Evaluation(
        bot="Finch",
        annotator="intents",
        file=Path("test.csv"),
        figures=measure(predictions, references),
        rows=len(rows),
        out_of_scope=0,
        rejected=0,
        undecided=0,
        per_intent=scores_by_label(Coded.of(predictions, references)),
        confused=confused_pairs(texts, predictions),
        bins=reliability(predictions, references, 15),
        remarks=remarks,
    )


def test_the_page_has_figures_a_diagram_pairs_and_every_label() -> None:
    rows = [
        ("where is it", "order", "order"),
        ("hello there", "greet", "order"),
        ("tea", "out_of_scope", "out_of_scope"),
    ]
    page = read(html_report(evaluation_of(rows, ["Something is odd."])))
    text = " ".join(page.text.split())
    for part in ("Finch · intents", "In-scope accuracy", "50.0 %", "greet→order", "hello there", "Something is odd."):
        assert part in text
    assert page.tags.count("circle") == 3
    assert "svg" in page.tags


def test_the_page_fetches_nothing_and_runs_nothing() -> None:
    source = html_report(evaluation_of([("a", "b", "c")]))
    page = read(source)
    assert page.addresses == []
    assert "script" not in page.tags
    assert not re.search(r"@import|url\(|https?:", source)


@pytest.mark.parametrize(
    "nasty", ["<script>alert(1)</script>", '"><img src=x onerror=y>', "{{ 7 * 7 }}", "a\x1b[31mb\x00\ud800"]
)
def test_what_users_and_files_say_is_only_shown(nasty: str) -> None:
    page = read(html_report(evaluation_of([(nasty, nasty, "other"), ("x", "other", nasty)], [nasty])))
    assert not {"script", "img"} & set(page.tags)
    assert "\x1b" not in page.text
    assert "49" not in page.text.replace("0.49", "")
    html_report(evaluation_of([(nasty, nasty, "other")])).encode()


def test_a_bot_without_a_mistake_has_no_pairs() -> None:
    page = read(html_report(evaluation_of([("a", "greet", "greet")])))
    assert "every message was decided right" in page.text


def test_of_many_labels_those_that_fare_worst_are_open() -> None:
    rows = [(f"text {n}", f"label{n:03}", f"label{n:03}" if n < 140 else "label000") for n in range(150)]
    source = html_report(evaluation_of(rows))
    page = read(source)
    assert "130 more that fare better" in page.text
    before = source.index("<details>")
    assert all(source.index(f"<td>label{n}</td>") < before for n in range(140, 150))
