"""The many ways to say yes, no and stop."""

from collections.abc import Callable
from typing import Any

import pytest

Begin = Callable[..., Any]

SURE = """
slots: {sure: {type: boolean, ask: Sure?}}
flows:
  begin:
    start: {when: begin}
    steps: [{collect: sure}]
"""


@pytest.mark.parametrize(
    "text", ["yep go on", "ok, that's right", "sure, go ahead please", "yes it is", "嗯没错", "好的好的", "对，是的"]
)
def test_people_agree_in_many_words(talk: Begin, text: str) -> None:
    chat = talk(SURE)
    chat.say("begin", text)
    assert chat.slots == {"sure": True}


@pytest.mark.parametrize(
    "text", ["ok never mind", "actually, stop", "oh just forget it then", "nvm", "算了不办了", "那算了吧"]
)
def test_people_cancel_in_many_words(talk: Begin, text: str) -> None:
    chat = talk(SURE)
    chat.say("begin", text)
    assert chat.ended == [("begin", "cancelled")]
