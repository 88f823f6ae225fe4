"""Prompts as Jinja2 templates: found, made and rendered block by block in the sandbox.

A prompt has two blocks, `system` and `question`; nothing else of a template is rendered. There is one `default` for
each language there is one for; a file may extend it and say one of the blocks anew.
"""

import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, Template, TemplateError
from jinja2.nodes import Const, Extends

from dialog_core.configuration import Problem
from dialog_core.sandbox import Sandbox
from dialog_generative.errors import GenerationError

DEFAULT = "default"
SYSTEM, QUESTION = "system", "question"
BLOCKS = (SYSTEM, QUESTION)
LONGEST_OUTPUT = 100_000  # characters of a block, beside what the user and the evidence say
FACTS = (
    "annotations",
    "entities",
    "evidence",
    "grounded",
    "intent",
    "language",
    "language_name",
    "now",
    "opening",
    "persona",
    "profile",
    "question",
    "slots",
    "summary",
    "tools",
    "user",
)  # what every template can use

_FAILURES = (TemplateError, ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
_CHINESE = frozenset({"zh", "cmn", "yue", "wuu"})


def environment(language: str) -> Sandbox:
    """Return what templates are made with, for one language."""

    def source(name: str) -> tuple[str, str, None] | None:
        if name != DEFAULT:
            return None
        file = default_file(language)
        return files("dialog_generative.prompting").joinpath(file).read_text(encoding="utf-8"), file, None

    sandbox = Sandbox(undefined=StrictUndefined, loader=FunctionLoader(source))
    sandbox.trim_blocks = sandbox.lstrip_blocks = True
    return sandbox


def default_file(language: str) -> str:
    """Return which of the built-in prompts is for a language."""
    primary = language.casefold().partition("-")[0]
    return "default.zh.j2" if primary in _CHINESE else "default.en.j2"


class PromptTemplate:
    """One prompt, in the wording for one language.

    Args:
        source: The template's text.
        file: The file it is from.
        language: The language to answer in.

    Raises:
        jinja2.TemplateError: It cannot be made; `problems_of` says why.
    """

    def __init__(self, source: str, file: Path | None, language: str) -> None:
        sandbox = environment(language)
        code = sandbox.compile(source, filename=str(file) if file else None)
        template = Template.from_code(sandbox, code, sandbox.make_globals(None))
        self._template = template
        # The template itself, and what it extends: a block is taken from the first that has it.
        parent = extended(sandbox, source)
        self._chain = [template] if parent is None else [template, sandbox.get_template(parent)]

    def render(self, block: str, facts: Mapping[str, Any], longest: int = LONGEST_OUTPUT) -> str:
        """Return a block with its facts filled in.

        Raises:
            GenerationError: It failed on them, or makes too much.
        """
        context = self._template.new_context(dict(facts))
        for template in self._chain[1:]:  # what `super()` stands for
            for name, function in template.blocks.items():
                context.blocks.setdefault(name, []).append(function)
        pieces: list[str] = []
        length = 0
        try:
            for piece in context.blocks[block][0](context):
                length += len(piece)
                if length > longest:
                    raise GenerationError(
                        f"{self._place()}: the block `{block}` of the prompt makes more than {longest:,} characters. "
                        "Write less into it; a loop may repeat more than it should."
                    )
                pieces.append(piece)
        except _FAILURES as error:
            told = " ".join(str(error).split())[:300] or type(error).__name__
            raise GenerationError(
                f"{self._place(sys.exc_info()[2])}: the block `{block}` of the prompt failed: {told}. "
                "Try `is defined`, or a filter such as `default`, where a value may be missing."
            ) from error
        return "".join(pieces).strip()

    def _place(self, traceback: Any = None) -> str:
        """Return file and line of the innermost template an error has passed through."""
        name, line = self._template.filename or "the prompt", None
        while traceback is not None:
            template = traceback.tb_frame.f_globals.get("__jinja_template__")
            frame_file = traceback.tb_frame.f_code.co_filename
            for known in self._chain:
                if frame_file == (known.filename or "<template>") or template is known:
                    name, line = known.filename or "the prompt", known.get_corresponding_lineno(traceback.tb_lineno)
            traceback = traceback.tb_next
        return str(Problem("", Path(name), line)) if line is not None else name


def extended(sandbox: Sandbox, source: str) -> str | None:
    """Return which template another one extends."""
    node = sandbox.parse(source).find(Extends)
    return node.template.value if node is not None and isinstance(node.template, Const) else None
