"""What `dialog-core check` looks at in policies that let a language model answer, without loading the model."""

from collections.abc import Iterable

from dialog_core import Context
from dialog_core.configuration import Problem, did_you_mean
from dialog_generative.options import GenerativeOptions


def check(options: GenerativeOptions, context: Context) -> Iterable[Problem]:
    """Yield the mistakes in the prompt file and in the names of tools."""
    if options.prompt is not None:
        from dialog_generative.prompting.mistakes import read_prompt

        context.files.add(options.prompt)
        yield from read_prompt(options.prompt)[1]
    place = f"policy {context.name!r}: tools" if context.name else "tools"
    for name in options.tools:
        if name not in context.actions:
            yield Problem(f"there is no action {name!r}", path=place, remedy=did_you_mean(name, context.actions))
