"""What is wrong with the guard's options that no single one of them shows."""

from collections.abc import Iterable

from dialog_core import Context
from dialog_core.configuration import Problem
from dialog_guards.emergencies.filling import placeholders_of
from dialog_guards.emergencies.options import EmergenciesOptions


def check(options: EmergenciesOptions, context: Context) -> Iterable[Problem]:
    """Yield where a wording names a number that is not given, and where none is needed."""
    for kind, worded in options.say.items():
        for tag, text in {"": worded}.items() if isinstance(worded, str) else worded.items():
            path = f"say.{kind}" + (f".{tag}" if tag else "")
            for name in placeholders_of(text):
                if name in ("crisis_line", "poison_line") and not getattr(options, name):
                    yield Problem(
                        f"names {{{name}}}, which is not given",
                        path=path,
                        remedy=f"Add `{name}:`, or take it out of the text.",
                    )
            if not any(number in text for number in _numbers(options)) and not set(placeholders_of(text)) & _NUMBERS:
                yield Problem(
                    "names no number to call", path=path, remedy="Write `{number}` where the emergency number belongs."
                )


_NUMBERS = {"number", "police", "crisis_line", "poison_line"}


def _numbers(options: EmergenciesOptions) -> list[str]:
    return [number for number in (options.number, options.police, options.crisis_line, options.poison_line) if number]
