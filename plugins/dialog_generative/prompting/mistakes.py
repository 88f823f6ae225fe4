"""What is wrong with a prompt file, as far as that can be told without rendering it."""

from collections.abc import Collection, Iterator
from pathlib import Path

from jinja2 import TemplateError, TemplateSyntaxError, nodes

from dialog_core.configuration import Problem, did_you_mean
from dialog_core.sandbox import Sandbox
from dialog_generative.prompting.template import BLOCKS, DEFAULT, FACTS, environment, extended

LONGEST_FILE = 100_000  # bytes; more is not a prompt but something else
_JINJA = ("loop", "caller", "varargs", "kwargs", "self", "super")  # names Jinja2 itself defines in places
_DATES = ("now", "self", "loop")  # what may have its methods called
_OTHER_FILES = (nodes.FromImport, nodes.Import, nodes.Include)


def read_prompt(file: Path, *, facts: Collection[str] | None = None) -> tuple[str, list[Problem]]:
    """Return the text of a prompt file, and everything that is wrong with it.

    Args:
        file: The file.
        facts: The facts about users that the bot declares; None: it keeps no profiles, and there are none.
    """
    try:
        raw = file.read_bytes()
        source = raw.decode("utf-8-sig")
    except OSError as error:
        return "", [Problem(f"the prompt cannot be read: {error.strerror}", file)]
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return "", [Problem("the prompt is not text in UTF-8", file, line, remedy="Save it as UTF-8.")]
    if len(raw) > LONGEST_FILE:
        remedy = "Is it the right file?"
        return "", [
            Problem(f"the prompt has {len(raw):,} bytes; at most {LONGEST_FILE:,} are read", file, remedy=remedy)
        ]
    return source, list(problems_of(source, file, facts=facts))


def problems_of(source: str, file: Path, *, facts: Collection[str] | None = None) -> Iterator[Problem]:
    """Yield what is wrong with a prompt."""
    sandbox = environment("en")
    try:
        tree = sandbox.parse(source)
        faults = list(_tests_and_filters(tree, file, sandbox))
        if not faults:  # of which compiling would tell the first
            sandbox.compile(sandbox.parse(source))
    except TemplateSyntaxError as error:
        yield _syntax(error, file)
        return
    except TemplateError as error:  # pragma: no cover - nothing else is known to be raised
        yield Problem(f"the prompt cannot be used: {error}", file)
        return
    yield from faults
    yield from _parents(tree, file)
    yield from _blocks(tree, file, bool(extended(sandbox, source)))
    yield from _names(tree, file, sandbox)
    yield from _calls(tree, file)
    yield from _facts(tree, file, facts)


def _syntax(error: TemplateSyntaxError, file: Path) -> Problem:
    message = (error.message or "cannot be read").rstrip(".")
    return Problem(f"{message[:1].lower()}{message[1:]}", file, error.lineno)


def _parents(tree: nodes.Template, file: Path) -> Iterator[Problem]:
    for node in tree.find_all(nodes.Extends):
        if not isinstance(node.template, nodes.Const) or node.template.value != DEFAULT:
            yield Problem(
                "a prompt can extend nothing but `default`",
                file,
                node.lineno,
                remedy=f'Write {{% extends "{DEFAULT}" %}}, or leave it out.',
            )
    for other in tree.find_all(_OTHER_FILES):
        yield Problem("a prompt cannot use other files", file, other.lineno, remedy="Write the text itself.")


def _blocks(tree: nodes.Template, file: Path, extends: bool) -> Iterator[Problem]:
    """Find blocks nobody renders, those that are missing, and what stands outside of them."""
    blocks = {node.name: node for node in tree.find_all(nodes.Block)}
    outer = {node.name for node in tree.body if isinstance(node, nodes.Block)}
    for name in outer - {*BLOCKS}:
        remedy = did_you_mean(name, BLOCKS)
        yield Problem(f"nothing uses the block `{name}` of a prompt", file, blocks[name].lineno, remedy=remedy)
    if not extends:
        for name in BLOCKS:
            if name not in blocks:
                remedy = f'Add it, or begin the file with {{% extends "{DEFAULT}" %}}.'
                yield Problem(f"the prompt has no block `{name}`", file, remedy=remedy)
    for node in tree.body:
        if isinstance(node, nodes.Block | nodes.Extends):
            continue
        shown = node.nodes if isinstance(node, nodes.Output) else [node]
        for item in shown:
            if not isinstance(item, nodes.TemplateData) or item.data.strip():
                line = _first_line(item)
                yield Problem(
                    "what stands outside of the blocks `system` and `question` is never used",
                    file,
                    line,
                    remedy="Move it into one of them.",
                )
                return


def _first_line(item: nodes.Node) -> int:
    if not isinstance(item, nodes.TemplateData):
        return item.lineno
    return item.lineno + item.data[: len(item.data) - len(item.data.lstrip())].count("\n")


def _names(tree: nodes.Template, file: Path, sandbox: Sandbox) -> Iterator[Problem]:
    used = list(tree.find_all(nodes.Name))
    own = {name.name for name in used if name.ctx != "load"} | {macro.name for macro in tree.find_all(nodes.Macro)}
    known = {*FACTS, *sandbox.globals, *_JINJA, *own}
    for name in used:
        if name.name not in known:
            remedy = did_you_mean(name.name, [*FACTS, *own])
            if not remedy.startswith("Did"):
                remedy = f"If it is a slot, write slots.{name.name}. Known: {', '.join(FACTS)}."
            yield Problem(f"nothing is called `{name.name}` in a prompt", file, name.lineno, remedy=remedy)


def _facts(tree: nodes.Template, file: Path, facts: Collection[str] | None) -> Iterator[Problem]:
    """Find facts about the user that the bot never keeps."""
    for node in tree.find_all(nodes.Getattr) if facts is not None else ():
        if (
            isinstance(node.node, nodes.Name)
            and node.node.name == "user"
            and facts is not None
            and node.attr not in facts
        ):
            remedy = did_you_mean(node.attr, facts)
            if not remedy.startswith("Did"):
                remedy = f"Declare it under `profiles.facts` of the bot file. {remedy}".strip()
            yield Problem(f"the bot declares no fact {node.attr!r} about its users", file, node.lineno, remedy=remedy)


def _tests_and_filters(tree: nodes.Template, file: Path, sandbox: Sandbox) -> Iterator[Problem]:
    """Find those there are none of: within a condition Jinja2 leaves that to whoever renders it."""
    for kind, node_type, known in (("filter", nodes.Filter, sandbox.filters), ("test", nodes.Test, sandbox.tests)):
        for node in tree.find_all(node_type):
            if node.name not in known:
                remedy = did_you_mean(node.name, known)
                yield Problem(f"no {kind} is named {node.name!r}", file, node.lineno, remedy=remedy)


def _calls(tree: nodes.Template, file: Path) -> Iterator[Problem]:
    """Find calls of methods, which the sandbox refuses for texts and which mappings do not have."""
    for call in tree.find_all(nodes.Call):
        target = call.node
        if isinstance(target, nodes.Getattr) and not _may_be_called(target.node):
            remedy = f"Use a filter, such as `| {target.attr}`."
            yield Problem(f"the method `.{target.attr}()` cannot be called here", file, call.lineno, remedy=remedy)


def _may_be_called(node: nodes.Expr) -> bool:
    while isinstance(node, nodes.Getattr | nodes.Call):  # now.date().isoformat()
        node = node.node
    return isinstance(node, nodes.Name) and node.name in _DATES
