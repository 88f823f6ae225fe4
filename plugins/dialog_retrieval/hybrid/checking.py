"""What is wrong with the parts of a hybrid, as far as that can be told without building them."""

from collections.abc import Iterable
from dataclasses import replace

from dialog_core import Context
from dialog_core.configuration import Problem
from dialog_retrieval.hybrid.options import HybridOptions
from dialog_retrieval.hybrid.parts import find_parts


def check(options: HybridOptions, context: Context) -> Iterable[Problem]:
    """Yield what is wrong with what each part reads; a part that cannot be one raises ConfigurationError."""
    for number, part in enumerate(find_parts(options, context).values()):
        check_part = part.registration.load_check()
        for problem in () if check_part is None else check_part(part.options, part.context):
            at = f"retrievers[{number}].{problem.path}"
            yield replace(problem, path=at) if problem.file is None else problem
