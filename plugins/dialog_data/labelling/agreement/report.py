"""Agreement, shown and as JSON."""

import math
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dialog_data.labelling.agreement.coefficients import Figure
from dialog_data.labelling.agreement.measuring import WANTED, Agreement, Confusion, OnEntities, OnLabels
from dialog_data.labelling.terminal.drawing import MUTED, NAME, STRONG, clean

MOST_LABELS = 10  # the ones with the least agreement
MOST_CONFUSIONS = 5
# What can be relied on, and what allows tentative conclusions: Krippendorff (2004), page 241.
RELIABLE, TENTATIVE = 0.8, 0.667


def print_report(agreement: Agreement, console: Console) -> None:
    """Print how far people agree."""
    told = "  ·  ".join(f"{clean(name)} {count:,}" for name, count in agreement.annotators.items())
    _title(console, "labelled", told)
    if agreement.labels is not None:
        _print_labels(agreement.labels, console)
    if agreement.entities is not None:
        _print_entities(agreement.entities, console)
    if agreement.selves:
        _title(console, "with themselves", "what was labelled twice by the same person")
        table = Table.grid(padding=(0, 3, 0, 0))
        for one in agreement.selves:
            label = "" if one.same is None else f"same label {_number(one.same)}"
            entities = "" if one.entities is None else f"entities F1 {_number(one.entities)}"
            table.add_row(f"  {clean(one.annotator)}", f"{one.texts:,} texts", label, entities)
        console.print(table)


def as_json(agreement: Agreement) -> dict[str, Any]:
    """Return everything as JSON values."""
    labels, entities = agreement.labels, agreement.entities
    return {
        "annotators": agreement.annotators,
        "labels": None
        if labels is None
        else {
            "texts": labels.texts,
            "observed": _json(labels.observed),
            "krippendorff_alpha": _json(labels.alpha),
            "texts_needed": labels.needed,
            "pairs": [
                {
                    "annotators": [one.one, one.other],
                    "texts": one.texts,
                    "observed": _json(one.observed),
                    "cohen_kappa": _json(one.kappa),
                }
                for one in labels.pairs
            ],
            "each": [{"label": name, "agreement": share, "given": count} for name, share, count in labels.labels],
            "confusions": _confusions(labels.confusions),
        },
        "entities": None
        if entities is None
        else {
            "texts": entities.texts,
            "f1": _json(entities.exact),
            "f1_touching": entities.touching,
            "each": [{"entity": name, "f1": share, "marked": count} for name, share, count in entities.kinds],
            "differences": _confusions(entities.differences),
        },
        "with_themselves": [
            {"annotator": one.annotator, "texts": one.texts, "observed": one.same, "f1": one.entities}
            for one in agreement.selves
        ],
    }


def _print_labels(labels: OnLabels, console: Console) -> None:
    _title(console, "labels", f"{labels.texts:,} texts that two or more have labelled")
    table = Table.grid(padding=(0, 3, 0, 0))
    table.add_row("  observed agreement", *_shown(labels.observed))
    if len(labels.pairs) == 1:
        table.add_row("  Cohen's kappa", *_shown(labels.pairs[0].kappa))
    table.add_row("  Krippendorff's alpha", *_shown(labels.alpha), Text(_meaning(labels.alpha), MUTED))
    console.print(table)
    if labels.needed:
        told = f"About {labels.needed:,} more texts in common would tell alpha to ±{_number(WANTED)}."
        console.print(Text(f"  {told}", MUTED))
    if len(labels.pairs) > 1:
        console.print()
        table = _table("annotators", "texts", "observed", "kappa", "95 %")
        for one in labels.pairs:
            names = f"{clean(one.one)} – {clean(one.other)}"
            kappa, interval = _shown(one.kappa)
            table.add_row(names, f"{one.texts:,}", _number(one.observed.value), kappa, interval)
        console.print(table)
    _print_each("label", "another says so, too", "given", labels.labels, console)
    _print_confusions(labels.confusions, console)


def _print_entities(entities: OnEntities, console: Console) -> None:
    _title(console, "entities", f"{entities.texts:,} texts that two or more have marked")
    table = Table.grid(padding=(0, 3, 0, 0))
    table.add_row("  F1, the very same words", *_shown(entities.exact))
    table.add_row("  F1, overlapping words", Text(_number(entities.touching), STRONG))
    console.print(table)
    _print_each("entity", "F1", "marked", entities.kinds, console)
    _print_confusions(entities.differences, console)


def _print_each(what: str, share: str, count: str, rows: Sequence[tuple[str, float, int]], console: Console) -> None:
    if len(rows) < 2:
        return
    console.print()
    table = _table(what, share, count)
    for name, value, given in rows[:MOST_LABELS]:
        table.add_row(clean(name), _number(value), f"{given:,}")
    console.print(table)
    if len(rows) > MOST_LABELS:
        console.print(Text(f"  {len(rows) - MOST_LABELS} more with a better agreement", MUTED))


def _print_confusions(confusions: Sequence[Confusion], console: Console) -> None:
    for one in confusions[:MOST_CONFUSIONS]:
        console.print()
        times = "once" if one.count == 1 else f"{one.count:,} times"
        console.print(Text.assemble("  ", (" / ".join(map(clean, one.labels)), NAME), f"  {times}"))
        for text, told in one.examples:
            console.print(Text.assemble("    ", clean(text), "  ", (clean(told), MUTED)))
    if (more := len(confusions) - MOST_CONFUSIONS) > 0:
        console.print(Text(f"\n  {more} more in the JSON report", MUTED))


def _title(console: Console, title: str, told: str) -> None:
    console.print()
    console.print(Text.assemble((title, f"{STRONG} {NAME}"), "  ", (told, MUTED)))


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 2), header_style=MUTED)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    return table


def _shown(figure: Figure) -> tuple[Text, Text]:
    if math.isnan(figure.value):
        return Text("–"), Text("there is only one label", MUTED)
    return Text(_number(figure.value), STRONG), Text(f"[{_number(figure.low)}, {_number(figure.high)}]", MUTED)


def _meaning(alpha: Figure) -> str:
    if math.isnan(alpha.value):
        return ""
    if alpha.value >= RELIABLE:
        return "can be relied on"
    return "good enough for tentative conclusions" if alpha.value >= TENTATIVE else "too little to rely on"


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"


def _json(figure: Figure) -> dict[str, float | None]:
    return {key: _finite(getattr(figure, key)) for key in ("value", "low", "high")}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _confusions(confusions: Sequence[Confusion]) -> list[dict[str, Any]]:
    return [
        {
            "labels": list(one.labels),
            "count": one.count,
            "examples": [{"text": text, "said": told} for text, told in one.examples],
        }
        for one in confusions
    ]
