"""Templates and conditions, made and run in the sandbox.

Imported only where a file has a template or a condition: Jinja2 costs more start-up time than everything else here.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any

from jinja2 import ChainableUndefined, StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, meta, nodes
from jinja2.parser import Parser

from dialog_core.configuration import did_you_mean
from dialog_core.sandbox import Sandbox

LONGEST_OUTPUT = 10_000  # characters; no reply is longer
_OTHER_FILES = (nodes.Extends, nodes.FromImport, nodes.Import, nodes.Include)
_FAILURES = (TemplateError, ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
# What Jinja2 looks at further when it compiles it.
_UNUSUAL = (*_OTHER_FILES, nodes.AssignBlock, nodes.Block, nodes.CallBlock, nodes.FilterBlock, nodes.For, nodes.Macro)
_ALWAYS_KNOWN = ("loop", "caller", "varargs", "kwargs", "self")  # where Jinja2 defines them
_CLOSES = {  # what Jinja2 calls what is not closed, and how to close it
    "end of print statement": "Close `{{` with `}}`.",
    "end of statement block": "Close `{%` with `%}`.",
}
FACTS = ("slots", "intent", "entities", "annotations", "language", "user", "consent")  # what every template can use
_NO_FACTS: Mapping[str, Any] = {
    "intent": "",
    "entities": {},
    "annotations": {},
    "language": "",
    "user": {},
    "consent": None,
}


class TemplateMistake(Exception):
    """A template that cannot be used: what is wrong, in which of its lines (from 1), at which word, what to do."""

    def __init__(self, message: str, line: int = 1, word: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message, self.line, self.word, self.remedy = message, line, word, remedy


class TemplateFailure(Exception):
    """A template that failed on what it was given."""


class Unknown(ChainableUndefined):
    """A fact about the user that nobody knows: empty and false, and neither more nor less than anything."""

    def _no(self, other: object) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _no  # type: ignore[assignment]


class Known:
    """What is known about the user, as templates see it: `user.name`.

    No mapping, since its methods would hide facts that are called as they are.
    """

    __slots__ = ("_facts",)

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._facts = facts

    def __getitem__(self, name: str) -> Any:
        return self._facts[name] if name in self._facts else Unknown(name=name)

    def __contains__(self, name: object) -> bool:
        return name in self._facts

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


class Scope:
    """The names a template can use: `slots`, what annotators found, the user, and the entities its rule captures.

    Attributes:
        values: What they stand for.
    """

    __slots__ = ("values",)

    def __init__(
        self,
        slots: Mapping[str, Any],
        captures: Mapping[str, Any],
        names: Collection[str],
        facts: Mapping[str, Any] = _NO_FACTS,
    ) -> None:
        self.values: dict[str, Any] = {name: ChainableUndefined(name=name) for name in names}
        self.values.update(facts)
        self.values.update(captures)
        self.values["slots"] = slots
        self.know(self.values["user"], consent=self.values["consent"])

    def know(self, facts: Mapping[str, Any], *, consent: bool | None) -> None:
        """Say what is known about the user from here on."""
        self.values["user"] = Known(facts)
        self.values["consent"] = consent


class _Compiled:
    """What Jinja2 makes of a source at its first use: making two hundred would be a large part of a bot's start.

    Attributes:
        source: As written.
    """

    __slots__ = ("_compile", "_compiled", "source")

    def __init__(self, compile: Callable[[], Any], source: str) -> None:
        self._compile = compile
        self._compiled: Any = None
        self.source = source

    def compiled(self) -> Any:
        """Return what is run; two threads that are first at the same time both make it, and either will do."""
        if self._compiled is None:
            self._compiled = self._compile()
        return self._compiled


class Template(_Compiled):
    """A text with templates in it."""

    __slots__ = ()

    def render(self, scope: Scope) -> str:
        """Return the text.

        Raises:
            TemplateFailure: It could not be made.
        """
        pieces: list[str] = []
        length = 0
        try:
            for piece in self.compiled().generate(scope.values):
                length += len(piece)
                if length > LONGEST_OUTPUT:
                    raise TemplateFailure(f"makes more than {LONGEST_OUTPUT:,} characters")
                pieces.append(piece)
        except _FAILURES as error:
            raise TemplateFailure(_in_words(error)) from error
        return "".join(pieces).strip()


class Condition(_Compiled):
    """An expression that is true or false."""

    __slots__ = ()

    def holds(self, scope: Scope) -> bool:
        """Say whether it is true.

        Raises:
            TemplateFailure: There is no telling.
        """
        try:
            return bool(self.compiled()(scope.values))
        except _FAILURES as error:
            raise TemplateFailure(_in_words(error)) from error

    def value(self, scope: Scope) -> Any:
        """Return what it comes to; None where it names what is not there.

        Raises:
            TemplateFailure: There is no telling.
        """
        try:
            value = self.compiled()(scope.values)
        except _FAILURES as error:
            raise TemplateFailure(_in_words(error)) from error
        return None if isinstance(value, Undefined) else value


class Templates:
    """Makes templates and conditions, each different one once.

    Attributes:
        loops: Whether one of them has a loop.
    """

    def __init__(self, facts: Collection[str] | None = None) -> None:
        """Take which facts about users there are; None: whatever anybody says of themselves."""
        self._user_facts = facts
        self._environment = Sandbox(undefined=StrictUndefined)
        self._templates: dict[str, tuple[Template, nodes.Template]] = {}
        self._conditions: dict[str, tuple[Condition, nodes.Template]] = {}
        self.loops = False

    def template(self, source: str, names: Collection[str] | None) -> Template:
        """Make a template that may use `FACTS` and `names` (None: any name).

        Raises:
            TemplateMistake: It cannot be used.
        """
        if source not in self._templates:
            try:
                tree = self._environment.parse(source)
                made = Template(partial(self._environment.from_string, source), source)
                self._would_compile(made, tree)
            except TemplateSyntaxError as error:
                raise self._mistake(error) from error
            self._templates[source] = made, tree
        template, tree = self._templates[source]
        self._check(tree, names)
        return template

    def condition(self, source: str, names: Collection[str] | None) -> Condition:
        """Make a condition that may use `FACTS` and `names` (None: any name).

        Raises:
            TemplateMistake: It cannot be used.
        """
        if source not in self._conditions:
            try:
                tree = self._expression(source)
                made = Condition(partial(self._environment.compile_expression, source, undefined_to_none=False), source)
                self._would_compile(made, tree)
            except TemplateSyntaxError as error:
                raise self._mistake(error) from error
            self._conditions[source] = made, tree
        condition, tree = self._conditions[source]
        self._check(tree, names)
        return condition

    def _expression(self, source: str) -> nodes.Template:
        """Return an expression as a template of nothing else, parsed as Jinja2 parses the expressions it compiles."""
        parser = Parser(self._environment, source, state="variable")
        expression = parser.parse_expression()
        if not parser.stream.eos:
            raise TemplateSyntaxError("chunk after expression", parser.stream.current.lineno)
        tree = nodes.Template([nodes.Output([expression], lineno=1)], lineno=1)
        tree.set_environment(self._environment)
        return tree

    def _would_compile(self, made: _Compiled, tree: nodes.Template) -> None:
        """Find what Jinja2 would object to only when it compiles; what is not usual is compiled to find out.

        Raises:
            TemplateSyntaxError: It would.
        """
        for known, kind in ((self._environment.filters, nodes.Filter), (self._environment.tests, nodes.Test)):
            if any(node.name not in known for node in tree.find_all(kind)):
                made.compiled()
        if next(tree.find_all(_UNUSUAL), None) is not None:
            made.compiled()

    def _mistake(self, error: TemplateSyntaxError) -> TemplateMistake:
        message = (error.message or "cannot be read").rstrip(".")
        quoted = message.split("'")
        word = quoted[1] if len(quoted) > 2 else ""
        remedy = did_you_mean(word, self._environment.filters) if message.startswith("No filter") else ""
        for expected, close in _CLOSES.items():
            if message.endswith(f"expected '{expected}'"):
                return TemplateMistake(message.partition(",")[0], error.lineno, remedy=close)
        return TemplateMistake(f"{message[:1].lower()}{message[1:]}", error.lineno, word, remedy)

    def _check(self, tree: nodes.Template, names: Collection[str] | None) -> None:
        """Refuse what would fail whenever it is rendered."""
        for other in tree.find_all(_OTHER_FILES):
            raise TemplateMistake(
                "a template cannot use other files here", other.lineno, remedy="Write the text itself."
            )
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Getattr) and not _is_loop(call.node.node):
                remedy = f"Use a filter, such as `| {call.node.attr}`."
                raise TemplateMistake("methods cannot be called here", call.lineno, f".{call.node.attr}", remedy)
        self.loops = self.loops or next(tree.find_all((nodes.For, nodes.Macro)), None) is not None
        used = list(tree.find_all(nodes.Name))
        if not any(name.name == "user" and name.ctx != "load" for name in used):
            self._check_facts(tree)
        if names is None:
            return
        known = {*FACTS, *names, *self._environment.globals, *_ALWAYS_KNOWN}
        known.update(name.name for name in used if name.ctx != "load")
        known.update(macro.name for macro in tree.find_all(nodes.Macro))
        for name in used:
            if name.name not in known:
                remedy = did_you_mean(name.name, [*FACTS, *names])
                if not remedy.startswith("Did"):
                    remedy = f"If it is a slot, write slots.{name.name}."
                raise TemplateMistake(f"nothing is called `{name.name}` here", name.lineno, name.name, remedy)

    def _check_facts(self, tree: nodes.Template) -> None:
        """Refuse facts about the user that the bot does not keep."""
        attributes = ((node.node, node.attr, node.lineno) for node in tree.find_all(nodes.Getattr))
        items = ((node.node, _constant(node.arg), node.lineno) for node in tree.find_all(nodes.Getitem))
        for of, name, line in (*attributes, *items):
            if not (isinstance(of, nodes.Name) and of.name == "user"):
                continue
            if isinstance(name, str) and self._user_facts is not None and name not in self._user_facts:
                raise TemplateMistake(undeclared(name), line, f"user.{name}", remedy_of_fact(name, self._user_facts))


def undeclared(fact: str) -> str:
    """Say that a bot does not keep a fact."""
    return f"the bot declares no fact {fact!r} about its users"


def remedy_of_fact(fact: str, declared: Collection[str]) -> str:
    """Say what to do about a fact that a bot does not keep."""
    remedy = did_you_mean(fact, declared)
    if remedy.startswith("Did"):
        return remedy
    return f"Declare it under `profiles.facts` of the bot file. {remedy}".strip()


def _constant(node: nodes.Expr) -> Any:
    return node.value if isinstance(node, nodes.Const) else None


def _is_loop(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Name) and node.name == "loop"


def names_in(source: str) -> frozenset[str]:
    """Return the names a template uses; it has been made before, and so can be parsed."""
    return frozenset(meta.find_undeclared_variables(Sandbox().parse(source)))


def _in_words(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
