"""What `/slots` shows: what the conversation has filled in so far, and what is under way."""

import json
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from dialog_core import Conversation
from dialog_terminal import palette
from dialog_terminal.layout import clean
from dialog_terminal.phrases import Phrases

if TYPE_CHECKING:
    from rich.console import RenderableType

LONGEST = 500  # characters of a slot that are shown


def filled_in(conversation: Conversation, phrases: Phrases) -> "RenderableType":
    """Return a table of slots, and below it the flows or forms under way, the innermost first.

    Args:
        conversation: The conversation.
        phrases: In which language.
    """
    parts: list[RenderableType] = []
    if conversation.slots:
        table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
        for name, value in sorted(conversation.slots.items()):
            table.add_row(Text(clean(name), palette.NUMBER), Text(clean(_shown(value))))
        parts.append(table)
    else:
        parts.append(Text(phrases.slots_nothing))
    for flow in reversed(conversation.flows):
        where = f"{flow.name} · {flow.step}" if flow.step else flow.name
        parts.append(Text(phrases.slots_under_way.format(flow=clean(where)), palette.MUTED))
    return Group(*parts)


def _shown(value: Any) -> str:
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=dict)
    return written if len(written) <= LONGEST else f"{written[:LONGEST]}…"
