"""The guard `length`: how long messages and replies may be."""

import re

from dialog_core import Allow, Candidate, Component, Context, Refuse, Rewrite, Turn
from dialog_core.wording import worded
from dialog_guards.limits.options import LengthOptions

# A full stop ends a sentence where no small letter follows, as in `e.g. so`, and no title before, as in `Dr. Li`; a
# Chinese one always does, unless what is quoted ends there and the sentence goes on.
_TITLES = "".join(rf"(?<!\b{title})" for title in ("Dr", "Mr", "Ms", "Mrs", "Prof", "St", "No", "vs"))
_END = re.compile(
    rf"(?<![.!?…]){_TITLES}[.!?…]++[\"')\]”]{{0,8}}(?=\s++[^a-z]|\s*+$)"
    r"|(?<![。！？…])[。！？…]++(?:[」』”]{1,8}(?=\s|$|[“「『])|(?![」』”]))|\n+"
)


class Length(Component[LengthOptions]):
    """Refuses messages that are too long, and cuts or refuses such replies."""

    inline = True

    def __init__(self, options: LengthOptions, context: Context) -> None:
        super().__init__(options, context)
        self.streams = options.at_least == 0  # the beginning of a reply may be short

    def check_input(self, turn: Turn) -> Allow | Refuse:
        """Judge a message."""
        most = self.options.message
        if most is None or len(turn.text) <= most:
            return Allow()
        return Refuse(f"{len(turn.text):,} characters, more than {most:,}", worded(self.options.say, turn.language))

    def check_output(self, turn: Turn, candidate: Candidate) -> Allow | Rewrite | Refuse:
        """Judge a reply."""
        options, text = self.options, candidate.text
        if options.kinds and candidate.kind not in options.kinds:
            return Allow()
        if len(text.strip()) < options.at_least:
            return Refuse(f"{len(text.strip())} characters, fewer than {options.at_least}")
        short = self._cut(text)
        if short == text:
            return Allow()
        if options.too_long == "refuse" or not short:
            return Refuse(f"too long: {len(text):,} characters")
        return Rewrite(short)

    def _cut(self, text: str) -> str:
        """Return the whole sentences that there is room for; empty if there is none for the first."""
        ends = [match.end() for match in _END.finditer(text)]
        if not ends or text[ends[-1] :].strip():
            ends.append(len(text))
        fitting = ends[: self.options.sentences]
        if self.options.reply is not None:
            fitting = [end for end in fitting if len(text[:end].rstrip()) <= self.options.reply]
        if fitting and not text[fitting[-1] :].strip():
            return text
        return text[: fitting[-1]].rstrip() if fitting else ""
