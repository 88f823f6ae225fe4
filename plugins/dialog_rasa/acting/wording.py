"""What the policy says of its own accord, where a bot's responses have no words for it."""

from collections.abc import Mapping
from typing import Final

from dialog_core.wording import worded

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "action failed": {
        "en": "I am sorry, something went wrong, and that could not be done. Please try again later.",
        "zh": "很抱歉，出了点问题，这件事没有办成。请稍后再试。",
    },
    "not checked": {
        "en": "I am sorry, I cannot check that at the moment. Please try again later.",
        "zh": "很抱歉，我现在无法核对这项信息。请稍后再试。",
    },
    "ask": {"en": "Please tell me: {name}?", "zh": "请告诉我：{name}？"},
    "begun anew": {"en": "Let us begin anew.", "zh": "我们重新开始吧。"},
    "gone back": {"en": "All right, let us go back.", "zh": "好的，我们回到上一步。"},
    "affirm": {"en": "Did you mean one of these?", "zh": "您是不是想说以下其中一项？"},
    "something else": {"en": "Something else", "zh": "都不是"},
    "rephrase": {"en": "Could you put that in other words?", "zh": "您能换一种说法吗？"},
}


def say(about: str, language: str, **values: str) -> str:
    """Return the words for something, in a language."""
    return worded(WORDS[about], language).format(**values)
