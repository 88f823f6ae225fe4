"""The actions a bot lets its language model call."""

from collections.abc import Sequence

from dialog_core import ActionSchema, Context, Turn
from dialog_generative.chat import ToolCall
from dialog_generative.exchange import Answered


class Toolbox:
    """Knows the allowed actions, checks what the model wants of them, and runs those that only look things up."""

    def __init__(self, names: Sequence[str], context: Context) -> None:
        self._names = tuple(names)
        self._context = context

    @property
    def schemas(self) -> tuple[ActionSchema, ...]:
        """The allowed actions; imported when they are first asked for."""
        return tuple(self._context.action_schema(name) for name in self._names)

    async def answer(self, turn: Turn, calls: Sequence[ToolCall]) -> Answered:
        """Run what only looks things up, and return it with the action that has to wait."""
        return Answered()
