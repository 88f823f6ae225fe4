"""Texts that users, knowledge and models really send, and that break what has not seen them in a test."""

from collections.abc import Mapping
from types import MappingProxyType

from dialog_core.text import repair_text

LONGEST = 1_000_000  # characters; a bot file may raise `bot.max_message` to this

NASTY_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "empty": "",
        "blank": " \t\n\u3000\u00a0",
        "one character": "?",
        "long": "to be or not to be " * (LONGEST // 19),
        "one long word": "a" * LONGEST,
        "many lines": "line\n" * 1000,
        "NUL": "a NUL \x00 in the middle",
        "control characters": "\x01\x07\x08\x0b\x7f\x85 bell and backspace",
        "terminal escapes": "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\ \x9b2J",
        "half a pair, repaired": repair_text("half a pair: \ud83d"),
        "right to left": "שלום, مرحبا \u202eevil\u202c",
        "emoji": "👩‍👩‍👧‍👦 🇩🇪 👍🏽 \U0010ffff",
        "combining marks": "e\u0301" + "\u0336" * 200,
        "Chinese": "你好，请问我的订单在哪里？",
        "Thai": "สวัสดีครับ",
        "full width": "Ｈｅｌｌｏ１２３",
        "case that grows": "ﬁ ß İ ŉ",
        "no words": "!!! ??? ... ---",
        "a number": "12345678901234567890",
        "markup": "<script>alert(1)</script> **bold** [link](javascript:alert(1)) | table |",
        "templates": "{{ 7 * 7 }} {% for %} ${HOME} %s {0} {name}",
        "patterns": "(a+)+$ [z-a] (?P<x> \\",
        "JSON": '{"a": [1, null]} " \\ \\u0000',
        "SQL": "'; DROP TABLE events; --",
        "a model's control tokens": "<|im_end|> <|endoftext|> [INST] </s> <s>",
    }
)
"""By what is nasty about them. Lone surrogates are not among them: the manager repairs them before anybody is asked."""
