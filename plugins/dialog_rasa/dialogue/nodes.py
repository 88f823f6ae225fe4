"""Takes YAML nodes apart: what a value is to be, and what to say where it is something else."""

from collections.abc import Iterator, Sequence

from dialog_core import JsonValue
from dialog_core.configuration import Node, Position, Problem, did_you_mean
from dialog_rasa.dialogue.values import Place

Keys = tuple[str | int, ...]


def place_of(node: Node) -> Place:
    """Return where a node was written."""
    return Place(node.file, node.line)


def text_of(node: Node | None) -> str | None:
    """Return a text, or a number or truth value as it is written; None for everything else and where there is none."""
    if node is None or node.value is None or isinstance(node.value, dict | list):
        return None
    return node.value if isinstance(node.value, str) else node.source or str(node.value)


def plain(node: Node) -> JsonValue:
    """Return a node as JSON: ordinary texts, lists and mappings."""
    value = node.value
    if isinstance(value, dict):
        return {key: plain(child) for key, child in value.items()}
    if isinstance(value, list):
        return [plain(child) for child in value]
    return value


def problem_at(position: Position, problem: Problem) -> Problem:
    """Return the problem, pointing at another place."""
    return Problem(problem.message, position.file, position.line, position.column, problem.path, problem.remedy)


def unknown_key(node: Node, key: str, allowed: Sequence[str], path: Keys, remedy: str = "") -> Problem:
    """Return the problem of a key nobody knows, pointing at the key."""
    problem = node.problem(f"unknown key {key!r}", path=(*path, key), remedy=remedy or did_you_mean(key, allowed))
    return problem_at(node.key_position(key), problem)


class Nodes:
    """Takes nodes apart and collects what is wrong with them."""

    def __init__(self, problems: list[Problem]) -> None:
        """Take the list that problems are added to."""
        self.problems = problems

    def report(self, node: Node, message: str, path: Keys, remedy: str = "") -> None:
        """Take note of something wrong."""
        self.problems.append(node.problem(message, path=path, remedy=remedy))

    def keys(self, node: Node, allowed: Sequence[str], path: Keys) -> bool:
        """Whether a node is a mapping; its keys that are not allowed are reported."""
        if not isinstance(node.value, dict):
            self.report(node, "this is to be a mapping", path, f"Keys it may have: {', '.join(allowed)}.")
            return False
        self.problems.extend(unknown_key(node, key, allowed, path) for key in node.value if key not in allowed)
        return True

    def items(self, node: Node | None, path: Keys) -> Iterator[tuple[Node, Keys]]:
        """Yield what stands in a list."""
        if node is None or node.value is None:
            return
        if not isinstance(node.value, list):
            self.report(node, "this is to be a list", path, "Write each entry on a line of its own, after `- `.")
            return
        for index, child in enumerate(node.value):
            yield child, (*path, index)

    def entries(self, node: Node | None, path: Keys) -> Iterator[tuple[str, Node, Keys]]:
        """Yield name and value of what stands in a mapping."""
        if node is None or node.value is None:
            return
        if not isinstance(node.value, dict):
            self.report(node, "this is to be a mapping", path, "Write `name:` and below it, indented, what it is.")
            return
        for name, child in node.value.items():
            yield name, child, (*path, name)

    def text(self, node: Node | None, path: Keys, default: str = "") -> str:
        """Return a text; a number counts as it is written."""
        if node is None or node.value is None:
            return default
        text = text_of(node)
        if text is None:
            self.report(node, "this is to be a text", path)
            return default
        return text

    def texts(self, node: Node | None, path: Keys) -> tuple[str, ...]:
        """Return a list of texts; one text counts as a list of one."""
        if node is not None and (one := text_of(node)) is not None:
            return (one,)
        return tuple(text for child, where in self.items(node, path) if (text := self.text(child, where)))

    def truth(self, node: Node | None, path: Keys, default: bool) -> bool:
        """Return a truth value."""
        if node is None or node.value is None:
            return default
        if not isinstance(node.value, bool):
            key = f"{path[-1]}: " if path and isinstance(path[-1], str) else ""
            self.report(node, "this is to be true or false", path, f"Write `{key}true` or `{key}false`.")
            return default
        return node.value

    def number(self, node: Node | None, path: Keys, default: float) -> float:
        """Return a number."""
        if node is None or node.value is None:
            return default
        try:
            return float(text_of(node) or "")
        except ValueError:
            key = f"{path[-1]}: " if path and isinstance(path[-1], str) else ""
            self.report(node, "this is to be a number", path, f"Write it as in `{key}0.5`.")
            return default
