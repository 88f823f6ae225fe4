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
    "text",
    [
        "yep go on",
        "ok, that's right",
        "sure, go ahead please",
        "yes it is",
        "yeah sure",
        "yes pls",
        "嗯没错",
        "好的好的",
        "对，是的",
        "可以，就这样",
    ],
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


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Monday 1 March 2027"), ("zh-CN", "2027年3月1日（周一）"), ("de", "2027-03-01")]
)
def test_a_date_is_repeated_in_words(talk: Begin, language: str, said: str) -> None:
    flows = """
    slots: {day: {type: date, ask: When?}, sure: {type: boolean, ask: Sure?}}
    flows:
      begin:
        start: {when: begin}
        steps: [{collect: day}, {collect: sure}]
    """
    chat = talk(flows, language=language)
    assert said in chat.say("begin", "2027-05-03", "2027-03-01")
