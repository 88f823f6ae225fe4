"""Where in a conversation the part begins that a model is told word for word."""

from dialog_core import Conversation, UserSaid

PARTS = 4  # a quarter of the turns told word for word is left out at a time


def beginning(conversation: Conversation, recent_turns: int) -> int:
    """Return where in `conversation.messages` the first message stands that is told word for word.

    At most `recent_turns` turns before the message to be answered are told. The beginning moves by about a quarter of
    them at a time, and depends on nothing but the conversation: as long as it stays, what a backend has read of the
    conversation need not be read again. Only the last turns are looked at, however long the conversation is.
    """
    begins = _begins(conversation, recent_turns + 2)  # the first is the turn to be answered
    if len(begins) < recent_turns + 2:
        return 0
    stride = max(2 * (recent_turns // PARTS), 1)  # in messages: a turn has at least two
    for place in range(recent_turns, 0, -1):
        has_multiple = (begins[place - 1] - 1) // stride > (begins[place] - 1) // stride
        if has_multiple:
            return begins[place]
    return begins[recent_turns]


def after_turns(conversation: Conversation, since: int, turns: int) -> int:
    """Return where the turn begins that comes so many turns after the one that begins at `since`."""
    messages = conversation.messages
    begins = [since + place for place in range(len(messages) - since) if _begins_turn(conversation, since + place)]
    return begins[min(turns, len(begins) - 1)]


def _begins_turn(conversation: Conversation, position: int) -> bool:
    messages = conversation.messages
    said = isinstance(messages[position], UserSaid)
    return said and not (position and isinstance(messages[position - 1], UserSaid))


def _begins(conversation: Conversation, most: int) -> list[int]:
    """Return where the last turns begin, the latest first; what the user said in a row is one turn."""
    messages = conversation.messages
    begins: list[int] = []
    for position in range(len(messages) - 1, -1, -1):
        if _begins_turn(conversation, position):
            begins.append(position)
            if len(begins) == most:
                break
    return begins
