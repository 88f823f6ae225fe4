"""What is trained in which order, and what builds on what."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from dialog_core.bot_file import RANKING, BotSpec, ComponentSpec, TrainingSpec, entry_model
from dialog_core.errors import UnknownComponentError

ORDER = ("annotator", "policy", "ranker")  # each may use what those before it have learnt


def plan(spec: BotSpec, only: Collection[str] = ()) -> tuple[TrainingSpec, ...]:
    """Return what is to be trained, in order: annotators, policies, the ranker; among them, as the bot file has them.

    Args:
        spec: The bot.
        only: Names of what alone is to be trained; default: everything under `training:`.

    Raises:
        UnknownComponentError: A name in `only` does not stand under `training:`.
    """
    entries = {entry.name: entry for entry in spec.training}
    for name in only:
        if name not in entries:
            raise UnknownComponentError("component under `training:`", name, sorted(entries))
    components = [id(component) for component in (*spec.annotators, *spec.policies, spec.ranker)]
    ordered = sorted(
        entries.values(),
        key=lambda entry: (ORDER.index(entry.component.registration.kind), components.index(id(entry.component))),
    )
    return tuple(entry for entry in ordered if not only or entry.name in only)


def entry_with(spec: BotSpec, name: str, options: Mapping[str, Any]) -> TrainingSpec:
    """Return what `training:` says of a component, with these options in the place of those it gives.

    Where it says nothing of it, that is an entry with these options alone.

    Args:
        spec: The bot.
        name: The component's name in the bot file, or `ranking`.
        options: Options of its trainer.

    Raises:
        UnknownComponentError: The bot has no such component, or nothing trains one of its kind.
        ValueError: The trainer has no such options.
    """
    components: dict[str, ComponentSpec] = {part.name: part for part in (*spec.annotators, *spec.policies)}
    components[RANKING] = spec.ranker
    if name not in components:
        raise UnknownComponentError("component", name, sorted(components))
    component = components[name]
    trainer = spec.plugins.registry.get("trainer", component.registration.name)
    given = entry_model(trainer).model_validate({"component": name, **options})
    written = next((entry for entry in spec.training if entry.name == name), None)
    if written is None:
        return TrainingSpec(name, component, trainer, given)
    changed = written.options.model_copy(update={option: getattr(given, option) for option in options})
    return TrainingSpec(name, component, trainer, changed)


def names_built_on(spec: BotSpec, entry: TrainingSpec) -> tuple[str, ...]:
    """Return the trained components that an entry builds on.

    The ranker builds on all of them: it learns from what they say. Any other builds on those trained before it that its
    options or its trainer's name.
    """
    earlier: list[str] = []
    for other in plan(spec):
        if other.name == entry.name:
            break
        earlier.append(other.name)
    if entry.name == RANKING:
        return tuple(earlier)
    mentioned = {text for options in (entry.component.options, entry.options) for text in _texts(options)}
    return tuple(name for name in earlier if name in mentioned)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield str(value)
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            if name not in ("use", "name", "component"):
                yield from _texts(getattr(value, name))
    elif isinstance(value, Mapping):
        for child in value.values():
            yield from _texts(child)
    elif isinstance(value, Sequence):
        for child in value:
            yield from _texts(child)
