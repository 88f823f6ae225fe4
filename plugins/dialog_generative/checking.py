"""What `dialog-core check` looks at in policies that let a language model answer, without loading the model."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dialog_core import Context
from dialog_core.configuration import Problem, did_you_mean
from dialog_generative.options import GenerativeOptions

if TYPE_CHECKING:
    from dialog_generative.local.options import TransformersOptions


def check(options: GenerativeOptions, context: Context) -> Iterable[Problem]:
    """Yield the mistakes in the prompt file and in the names of tools."""
    if options.prompt is not None:
        from dialog_generative.prompting.mistakes import read_prompt

        context.files.add(options.prompt)
        yield from read_prompt(options.prompt, facts=context.facts)[1]
    for number, name in enumerate(options.tools):
        if name not in context.actions:
            remedy = did_you_mean(name, context.actions)
            if not context.actions:
                remedy = "A plugin registers actions; name it under `plugins:`."
            yield Problem(f"there is no action {name!r}", path=f"tools[{number}]", remedy=remedy)


def check_local(options: "TransformersOptions", context: Context) -> Iterable[Problem]:
    """Yield the same, and that there is no model."""
    yield from check(options, context)
    if not options.model and not context.trained:
        remedy = f"Add `model:` with a folder or a hub id, or train one: an entry for {context.name!r} in `training:`."
        yield Problem("there is no model: none is named, and none is trained", path="model", remedy=remedy)
