r"""Text of users, evidence and tools is data. Here it is made so that it cannot pass for anything else in a prompt.

Three things are taken from it, whatever the model behind:

- delimiters: `<evidence ...>` and `</evidence>` within a text become `‹evidence ...>`, so that there are as many of the
  real ones as there are pieces of evidence;
- control tokens as chat templates know them (`<|im_start|>`, `[INST]`, `<start_of_turn>`, `</s>`): the same bracket,
  which no tokenizer turns into a token of its own. A backend that has the tokenizer defuses what else it knows; an
  endpoint is sent text, and nobody can tell what it makes of that;
- names of speakers at the beginning of a line (`User:`, `### System`, `助手：`): the line is quoted with `> `, as one
  mail quotes another. Templates without control tokens tell speakers apart by nothing else.

Characters without width, changes of direction and control characters go first, since they hide all of that from a
person and from a pattern, but not from a model. What is left reads the same to a person.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dialog_core.text import repair_text, strip_controls

EVIDENCE = "evidence"  # the name of the delimiters
HARMLESS_ANGLE = "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}"
CLOSING_ANGLE = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
LONGEST_ATTRIBUTE = 200  # characters of a source or a title

# Gaps are of bounded width: patterns that look further ahead take the square of the time on a text full of blanks.
_ANGLES = "<\uff1c\ufe64"  # also those of full width
_GAP = r"\s{0,8}"
_BLANKS = r"[ \t]{0,40}"
_DELIMITER = re.compile(rf"[{_ANGLES}](?={_GAP}[/\uff0f]?{_GAP}{EVIDENCE}(?![a-z]))", re.IGNORECASE)

# <|any|>, also with the bars DeepSeek writes; <<SYS>>; and by name what has no bars.
_NAMED = (
    "s|bos|eos|pad|unk|mask|sep|cls|start_of_turn|end_of_turn|start_of_image|turn|im_start|im_end|endoftext|"
    "system|user|assistant|human|tools?|tool_calls?|tool_response|think|function_calls?|fim_[a-z]{1,20}|"
    r"extra_id_\d{1,4}|reserved_special_token_\d{1,4}|unused\d{1,4}"
)
_CONTROL = re.compile(
    rf"[{_ANGLES}](?=[|\uff5c\u2758\u00a6]|{_GAP}[{_ANGLES}]{_GAP}/?{_GAP}SYS\b|"
    rf"{_GAP}/?{_GAP}(?:{_NAMED}){_GAP}/?{_GAP}[>\uff1e|])",
    re.IGNORECASE,
)
_BRACKETED = re.compile(
    rf"[\[\uff3b](?={_GAP}/?{_GAP}(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|ARGS|"
    rf"CALL_ID|IMG|gMASK|CLS|SEP|MASK|PAD|UNK|BOS|EOS){_GAP}[\]\uff3d])",
    re.IGNORECASE,
)
_SPEAKERS = (
    "system|user|assistant|human|bot|chatbot|ai|developer|tool|function|instructions?|response|"
    "系统|用户|使用者|助手|助理|人类|人類|机器人|機器人|指令|指示|回复|回答"
)
_SPEAKER = re.compile(
    rf"^(?={_BLANKS}(?:[#*_=\-]{{1,8}}{_BLANKS})?(?:{_SPEAKERS})(?:{_BLANKS}(?:prompt|message|turn|提示|消息))?"
    rf"{_BLANKS}[*_]{{0,3}}[:\uff1a]|{_BLANKS}#{{2,8}}{_BLANKS}(?:{_SPEAKERS})\b)",
    re.IGNORECASE | re.MULTILINE,
)

_ATTRIBUTE = str.maketrans({'"': "'", "<": HARMLESS_ANGLE, ">": CLOSING_ANGLE})


def harmless(text: str) -> str:
    """Return a text that can stand in a prompt as data; a person reads the same."""
    text = strip_controls(repair_text(text))
    if any(angle in text for angle in _ANGLES):
        text = _CONTROL.sub(HARMLESS_ANGLE, _DELIMITER.sub(HARMLESS_ANGLE, text))
    if "[" in text or "\uff3b" in text:
        text = _BRACKETED.sub("(", text)
    return _SPEAKER.sub("> ", text)


def harmless_value(value: Any) -> Any:
    """Return a JSON value with all texts in it made harmless: slots and what annotators found hold users' words."""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, Mapping):
        return {harmless(str(key)): harmless_value(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [harmless_value(item) for item in value]
    return value


def attribute(text: str) -> str:
    """Return a text as it can stand between the quotation marks of a delimiter: one line, and no mark that ends it."""
    line = " ".join(harmless(text).split())[:LONGEST_ATTRIBUTE]
    return line.translate(_ATTRIBUTE)


def quoted_evidence(number: int, text: str, source: str = "", title: str = "") -> str:
    """Return a piece of evidence between its delimiters; `text` is made harmless here."""
    attributes = {"id": str(number), "source": attribute(source), "title": attribute(title)}
    told = "".join(f' {name}="{value}"' for name, value in attributes.items() if value)
    return f"<{EVIDENCE}{told}>\n{harmless(text).strip()}\n</{EVIDENCE}>"
