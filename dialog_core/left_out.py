"""What a bot does without: optional plugins and components that could not be used, and what only they needed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dialog_core.configuration import Node, Problem
from dialog_core.configuration.problems import shown_path
from dialog_core.errors import PluginError
from dialog_core.plugins import PluginSet, refuse_twins
from dialog_core.trace import PartReport

LONGEST_REASON = 400  # characters: it stands in every trace
OPTIONAL_SECTIONS = ("policies", "annotators", "observers")  # whose components may be optional


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something optional of a bot file that is left out.

    Attributes:
        part: What it is: `policy smart`, `plugin medical`, `knowledge leaflets`.
        place: Where it stands: `bot.yaml:7`.
        reason: Why it cannot be used, and what to do about it.
    """

    part: str
    place: str
    reason: str

    def __str__(self) -> str:
        return f"left out: {self.part} ({self.place}): {self.reason}" if self.place else f"left out: {self.part}"

    @property
    def report(self) -> PartReport:
        """What stands in every trace about it."""
        return PartReport(self.part, f"left out ({self.place}): {self.reason}")


def left_out(part: str, node: Node | None, problems: Iterable[Problem | Exception | str]) -> LeftOut:
    """Return what to tell of something optional that cannot be used.

    Args:
        part: What it is.
        node: Where it stands.
        problems: What is wrong.
    """
    place = "" if node is None or node.file is None else f"{shown_path(node.file)}:{node.line}"
    reason = "; ".join(dict.fromkeys(_in_words(problem, node) for problem in problems))
    if len(reason) > LONGEST_REASON:
        reason = f"{reason[: LONGEST_REASON - 3]}..."
    return LeftOut(part, place, reason)


def _in_words(problem: Problem | Exception | str, node: Node | None) -> str:
    if isinstance(problem, Problem):
        same_line = node is not None and (problem.file, problem.line) == (node.file, node.line)
        # the place is told already
        return str(Problem(problem.message, path=problem.path, remedy=problem.remedy) if same_line else problem)
    return " ".join(str(problem).split())


def is_optional(node: Node) -> bool:
    """Whether an entry of a bot file says that the bot can do without it."""
    said = node.child("optional")
    return said is not None and said.value is True


def plugin_entries(node: Node) -> Iterator[tuple[int, Node, str, bool]]:
    """Yield the plugins a bot file names: number, place, name, and whether the bot can do without it."""
    named = node.child("plugins")
    if named is None:
        return
    for number, item in enumerate(named.value if isinstance(named.value, list) else [named]):
        name = item.child("name") if isinstance(item.value, dict) else item
        if name is not None and isinstance(name.value, str):
            yield number, item, name.value, is_optional(item)


def load_plugins(node: Node, plugins: PluginSet) -> tuple[list[Problem], list[LeftOut]]:
    """Load the plugins a bot file names.

    Returns:
        Mistakes, at the lines that name the plugins, and the optional ones that cannot be used.
    """
    problems: list[Problem] = []
    missing: list[LeftOut] = []
    known = {plugin.name for plugin in plugins.loaded}
    for number, item, name, optional in plugin_entries(node):
        try:
            if name in known or plugins.manager.has_plugin(name):
                refuse_twins(name)  # one that is called like a built-in plugin would silently not be loaded
            else:
                plugins.add_named(name)
        except PluginError as error:
            if optional:
                missing.append(left_out(f"plugin {name}", item, [error]))
            else:
                problems.append(item.problem(str(error), path=("plugins", number)))
    return problems, missing


def knowledge_of_optional(node: Node) -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Return the sources of knowledge that only optional components use, each with those: section and number.

    A source that nobody uses is not among them: whoever wrote it down wants to know what is wrong with it.
    """
    users: dict[str, list[tuple[str, int, bool]]] = {}
    optional_names: dict[str, bool] = {}
    for section in OPTIONAL_SECTIONS:
        for number, item in _items(node, section):
            optional = is_optional(item)
            name = item.child("name") or item.child("use")
            if name is not None:
                optional_names[str(name.value)] = optional
            for source in _knowledge_in(item):
                users.setdefault(source, []).append((section, number, optional))
    for number, item in _items(node, "training"):
        component = item.child("component")
        optional = component is not None and optional_names.get(str(component.value), False)
        for source in _knowledge_in(item):
            users.setdefault(source, []).append(("training", number, optional))
    for section in ("guards", "ranking", "store", "profiles"):
        child = node.child(section)
        for source in _knowledge_in(child) if child is not None else ():
            users.setdefault(source, []).append((section, 0, False))
    return {
        source: tuple((section, number) for section, number, _ in who if section != "training")
        for source, who in users.items()
        if all(optional for *_, optional in who)
    }


def _items(node: Node, section: str) -> Iterator[tuple[int, Node]]:
    listed = node.child(section)
    if listed is not None and isinstance(listed.value, list):
        yield from enumerate(listed.value)


def _knowledge_in(node: Node) -> Iterator[str]:
    """Yield the names that stand under a key `knowledge`, of a component or of what it is put together from."""
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            if key == "knowledge":
                named = child.value if isinstance(child.value, list) else [child]
                yield from (item.value for item in named if isinstance(item.value, str))
            else:
                yield from _knowledge_in(child)
    elif isinstance(node.value, list):
        for child in node.value:
            yield from _knowledge_in(child)
