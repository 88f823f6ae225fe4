"""The section `training:` of a bot file: which components are trained, and with what options."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dialog_core.bot_file import RANKING, ComponentSpec, TrainingSpec, entry_model
from dialog_core.configuration import Node, Problem, check, did_you_mean
from dialog_core.errors import PluginError, UnknownComponentError
from dialog_core.registry import Registry


class TrainingSection:
    """Validates the section, and notes down its mistakes."""

    def __init__(self, node: Node, registry: Registry, problems: list[Problem]) -> None:
        self._node = node
        self._registry = registry
        self._problems = problems

    def trained(self, names: list[str]) -> dict[str, int]:
        """Return where in `training:` each component stands; each is one of this bot's, and stands there once."""
        node = self._node.child("training")
        found: dict[str, int] = {}
        lines: dict[str, int] = {}
        for number, item in enumerate(node.value if node is not None and isinstance(node.value, list) else ()):
            component = item.child("component")
            if component is None:
                self._report(item, ("training", number), "does not say what to train", "Add `component:`.")
                continue
            name, path = str(component.value), ("training", number, "component")
            if name not in (*names, RANKING):
                self._report(component, path, f"no component is named {name!r}", did_you_mean(name, [*names, RANKING]))
            elif name in found:
                message = f"{name!r} is trained by the entry on line {lines[name]} already"
                self._report(component, path, message, "Remove one of the two.")
            elif names.count(name) + (name == RANKING) > 1:
                message = f"{name!r} may mean two components"
                self._report(component, path, message, "Give one of them another `name:`.")
            else:
                found[name], lines[name] = number, item.line
        return found

    def entries(
        self,
        trained: Mapping[str, int],
        components: Iterable[ComponentSpec],
        ranker: ComponentSpec | None,
        check_knowledge: Callable[[Node, Any, tuple[str | int, ...]], None],
    ) -> tuple[TrainingSpec, ...]:
        """Validate the options of what is to be trained against the trainers the plugins have registered.

        Args:
            trained: Where each component stands, as `trained` returns it.
            components: The annotators and policies of the bot.
            ranker: Its ranker; None: that is wrong itself.
            check_knowledge: Sees that the options of an entry name sources of knowledge the bot has.
        """
        node = self._node.child("training")
        named = {component.name: component for component in components}
        specs: list[TrainingSpec] = []
        for name, number in trained.items():
            component = ranker if name == RANKING else named.get(name)
            item = node.child(number) if node is not None else None
            if component is None or item is None:
                continue  # it is wrong itself, which has been reported already
            spec = self._entry(name, component, item, ("training", number))
            if spec is not None:
                check_knowledge(item, spec.options, ("training", number))
                specs.append(spec)
        return tuple(specs)

    def _entry(
        self, name: str, component: ComponentSpec, node: Node, path: tuple[str | int, ...]
    ) -> TrainingSpec | None:
        use = component.registration.name
        at, at_path = node.find(("component",)), (*path, "component")
        try:
            trainer = self._registry.get("trainer", use)
            model = entry_model(trainer)
        except UnknownComponentError as error:
            known = self._remedy(component, error.known)
            self._report(at, at_path, f"{name!r} cannot be trained: there is no trainer for {use!r}", known)
            return None
        except PluginError as error:
            self._report(at, at_path, str(error), "")
            return None
        options, problems = check(model, node, path)
        self._problems.extend(problems)
        return None if options is None else TrainingSpec(name, component, trainer, options)

    def _remedy(self, component: ComponentSpec, trainers: Iterable[str]) -> str:
        alike = [name for name in trainers if name in self._registry.names(component.registration.kind)]
        if component.registration.kind == "ranker" and alike:
            return f"Take a ranker that learns: `ranking: {{use: {alike[0]}}}`. There are: {', '.join(alike)}."
        return f"Trainers there are: {', '.join(trainers) or 'none'}."

    def _report(self, node: Node, path: Iterable[str | int], message: str, remedy: str) -> None:
        self._problems.append(node.problem(message, path=path, remedy=remedy))
