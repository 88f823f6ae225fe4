"""What is shown of a reply while it comes: whole characters, and nothing that has to be taken back."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import ActionSchema
from dialog_generative.local.text.reading import ReplyReader
from dialog_generative.tools.writing import parse_calls

TOOL = ActionSchema.of("look_up", lambda order: None)


def bytes_to_text(ids: Sequence[int]) -> str:
    """Decode as byte-level tokenizers do: a token is a byte, or a few."""
    return bytes(ids).decode(errors="replace")


def read(text: str, stop: Sequence[str] = (), tools: Sequence[ActionSchema] = ()) -> tuple[list[str], str]:
    reader = ReplyReader(bytes_to_text, stop, tools)
    pieces = [reader.feed(byte) for byte in text.encode()]
    reader.close()
    whole = parse_calls(reader.text, tools)[0]
    return [*filter(None, pieces), whole[reader.shown :]], whole


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffd")))
def test_pieces_are_the_reply_and_hold_no_broken_characters(text: str) -> None:
    pieces, whole = read(text)
    assert "".join(pieces) == whole == text.strip()
    assert "\ufffd" not in whole


def test_characters_of_several_tokens_come_whole() -> None:
    assert read("好🙂!")[0] == ["好", "🙂", "!", ""]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Hello\nUser: And?", "Hello"),
        ("Hello\nUse it.", "Hello\nUse it."),
        ("Hello\nUs", "Hello\nUs"),
        ("\nUser: And?", ""),
        ("  Hello  ", "Hello"),
        ("<think>\nHm.\n</think>\n\nHello", "Hello"),
        ("<think>Hm", ""),
        ("<thin ice>", "<thin ice>"),
    ],
)
def test_a_reply_ends_before_its_stop_text_which_is_never_shown(text: str, whole: str) -> None:
    pieces, found = read(text, ["\nUser:"])
    assert found == "".join(pieces) == whole


def test_a_reply_that_begins_within_a_thought_is_shown_from_its_end_on() -> None:
    reader = ReplyReader(bytes_to_text, thinking=True)
    pieces = [reader.feed(byte) for byte in b"Hm.\n</think>\n\nHello"]
    reader.close()
    assert "".join(pieces) == reader.text == "Hello"


@given(st.text("ab\n:", max_size=30), st.lists(st.text("ab\n:", min_size=1, max_size=4), max_size=3))
def test_no_piece_goes_beyond_any_stop_text(text: str, stop: list[str]) -> None:
    pieces, whole = read(text, stop)
    assert "".join(pieces) == whole
    assert not any(each in whole for each in stop)
    assert text.lstrip().startswith(whole)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('Let me see. <tool_call>\n{"name": "look_up", "arguments": {}}\n</tool_call>', "Let me see."),
        ('{"name": "look_up", "arguments": {"order": "7"}}', ""),
        ("{not a call}", "{not a call}"),
        ("a < b", "a < b"),
    ],
)
def test_calls_are_not_shown(text: str, shown: str) -> None:
    pieces, whole = read(text, tools=[TOOL])
    assert "".join(pieces) == whole == shown
