"""What a reply says, laid out as lines: its text, its attachments, what it rests on, what may be picked."""

import re
from collections.abc import Sequence

from rich.text import Text

from dialog_core import Attachment, Evidence, Reply
from dialog_terminal import palette
from dialog_terminal.layout import Lines, clean, indented, one_line, shortened
from dialog_terminal.wrap import wrap

# Without any of these there is nothing for the markdown parser to do, and it need not be imported.
_MARKUP = re.compile(r"[*_`~\\&<>\[#|]|^\s*(?:[-+=]|\d+[.)])|^(?: {4}| {0,3}\t)", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_AROUND_LINES = re.compile(r"^ +| +$", re.MULTILINE)
_GAP = "   "
_LONGEST_LABEL = 72


def reply_blocks(reply: Reply, width: int, *, skip: int = 0) -> list[Lines]:
    """Lay out a reply as blocks, to be shown with a blank line between each two.

    Args:
        reply: The reply.
        width: In how many columns.
        skip: How many characters of the first message are there already.
    """
    blocks: list[Lines] = []
    for message in reply.messages:
        blocks.append(text_lines(message.text[skip:], width))
        blocks.append(attachment_lines(message.attachments, width))
        skip = 0
    blocks.append(citation_lines(reply.evidence, width))
    blocks.append(quick_reply_lines(reply.quick_replies, width))
    return blocks


def text_lines(text: str, width: int) -> Lines:
    """Lay out the text of a message, as markdown if it has any."""
    text = clean(text)
    if _MARKUP.search(text):
        from dialog_terminal.markdown import render_markdown

        return render_markdown(text, width)
    # As markdown would have it, so that a growing text does not change when the first asterisk comes.
    text = _AROUND_LINES.sub("", _BLANK_LINES.sub("\n\n", text)).strip("\n")
    return wrap(Text(text), width) if text.strip() else []


def settled_length(text: str) -> int:
    """Return how much from the beginning of a text that is still growing will not look different any more."""
    if _MARKUP.search(text):
        from dialog_terminal.markdown import last_block

        return last_block(text)
    *_, end = (0, *(match.end() for match in _BLANK_LINES.finditer(text)))
    return end


def attachment_lines(attachments: Sequence[Attachment], width: int) -> Lines:
    """Name the files that come with a message, and say where they are."""
    lines: Lines = []
    for attachment in attachments:
        label = one_line(attachment.name) or one_line(attachment.media_type)
        text = Text.assemble("+ ", label, " ", (one_line(attachment.url or ""), palette.URL))
        text.rstrip()
        lines += wrap(text, width)
    return lines


def citation_lines(evidence: Sequence[Evidence], width: int) -> Lines:
    """Number the sources, each named once: `[1] faq:returns   [2] Terms of sale · https://...`."""
    cited = [item for item in evidence if item.metadata.get("cite", True)]
    labels = dict.fromkeys(label for item in cited if (label := _source(item)))
    return _flow([Text(f"[{number}] {label}", palette.MUTED) for number, label in enumerate(labels, 1)], width)


def quick_reply_lines(quick_replies: Sequence[str], width: int) -> Lines:
    """Number the quick replies: on one line if they fit there, else one below the other."""
    return _flow(
        [
            Text.assemble((f"{number}", palette.NUMBER), f" {one_line(reply)}")
            for number, reply in enumerate(quick_replies, 1)
        ],
        width,
    )


def _source(evidence: Evidence) -> str:
    named = [evidence.metadata.get("title"), evidence.source, evidence.metadata.get("url")]
    parts = dict.fromkeys(one_line(str(part)) for part in named if part)
    return shortened(" · ".join(parts) or evidence.text, _LONGEST_LABEL)


def _flow(items: Sequence[Text], width: int) -> Lines:
    if not items:
        return []
    row = Text(_GAP).join(items)
    if row.cell_len <= width:
        return [row]
    lines: Lines = []
    for item in items:
        marker, _, _ = item.plain.partition(" ")
        indent = len(marker) + 1
        head, *rest = indented(wrap(item[indent:], width - indent), item[:indent])
        lines += [head, *rest]
    return lines
