"""What tells how close texts are in meaning: the bot's own sentence encoder, or else one that learns from replies."""

from collections.abc import Iterator, Mapping
from typing import Any

from dialog_core import BotSpec
from dialog_evaluation.report.making import LSA


def encoder_of(spec: BotSpec) -> Any:
    """Return the encoder of the first policy that has one which was trained on more than the bot's own texts."""
    found = (one for policy in spec.policies for one in _encoders(policy.options.model_dump()))
    return next(found, LSA)


def _encoders(options: Any) -> Iterator[Any]:
    if isinstance(options, Mapping):
        for name, value in options.items():
            use = value.get("use") if isinstance(value, Mapping) else value
            if name == "encoder" and isinstance(use, str) and use != LSA:
                yield value
            else:
                yield from _encoders(value)
    elif isinstance(options, list | tuple):
        for one in options:
            yield from _encoders(one)
