"""Lists of steps: components one after the other, from a file or by name."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Node, Problem, read_yaml

WAY = "Write a list of steps: steps: [{use: ...}, ...]"


def read_steps(file: Path) -> list[Node]:
    """Return the steps a YAML file lists, each a name or a mapping with `use` and options, which know where they stand.

    Raises:
        ConfigurationError: The file has no such list.
    """
    root = read_yaml(file)
    steps = root.child("steps") if isinstance(root.value, dict) else root
    if steps is None or not isinstance(steps.value, list) or not steps.value:
        raise ConfigurationError([(steps or root).problem("needs a list of steps", remedy=WAY)])
    unknown = [key for key in root.value if key != "steps"] if isinstance(root.value, dict) else []
    if unknown:
        raise ConfigurationError([root.problem(f"{unknown[0]!r} is not known here", remedy=WAY)])
    return list(steps.value)


@contextmanager
def built_steps(kind: str, specs: Sequence[Any], context: Context) -> Iterator[dict[str, Any]]:
    """Give the steps by name, a second one of the same name with a number; those that can be closed are, at the end.

    Args:
        kind: Which kind of component they are.
        specs: Names, mappings with `use` and options, or either as nodes of a file.
        context: Builds them.

    Raises:
        ConfigurationError: With the mistakes of all of them.
        UnknownComponentError: There is no such step.
        PluginError: One of them could not be imported.
    """
    built: dict[str, Any] = {}
    problems: list[Problem] = []
    try:
        for name, spec in zip(_names(specs), specs, strict=True):
            try:
                built[name] = context.create(kind, spec)
            except ConfigurationError as error:
                problems += error.problems
        if problems:
            raise ConfigurationError(problems)
        yield built
    finally:
        for step in built.values():
            close = getattr(step, "close", None)
            if close is not None:
                close()


def _names(specs: Sequence[Any]) -> list[str]:
    counts: Counter[str] = Counter()
    found: list[str] = []
    for spec in specs:
        plain = spec.plain() if isinstance(spec, Node) else spec
        use = str(plain.get("use", "?")) if isinstance(plain, dict) else str(plain)
        counts[use] += 1
        found.append(use if counts[use] == 1 else f"{use}-{counts[use]}")
    return found
