"""What of a model's words is meant for others: not what it thinks on the way."""

BEGIN, END = "<think>", "</think>"


class Visible:
    """Lets a text through piece by piece, without thoughts before it and without spaces around it.

    Models that think aloud do so first: what looks like a thought later on is part of the text.

    Attributes:
        text: What has been let through.
        thought: Whether there was a thought.
    """

    def __init__(self) -> None:
        self.text = ""
        self.thought = False
        self._held = ""
        self._thinking = False

    def feed(self, piece: str) -> str:
        """Take a piece and return what of the text can be shown by now."""
        self._held += piece
        if not self.text:
            self._skip_thoughts()
            if self._thinking or BEGIN.startswith(self._held):
                return ""
        shown = self._held.rstrip()
        self._held = self._held[len(shown) :]  # spaces are shown once something follows them
        self.text += shown
        return shown

    def end(self) -> str:
        """Return what is left to be shown now that nothing follows."""
        shown = "" if self._thinking else self._held.strip()
        self._held = ""
        self.text += shown
        # The template of some models has already begun the thought for them.
        before, end, after = self.text.partition(END)
        if end and BEGIN not in before:
            self.text, self.thought = after.strip(), True
        return shown

    def _skip_thoughts(self) -> None:
        while True:
            if self._thinking:
                _, end, after = self._held.partition(END)
                if not end:
                    self._held = self._held[-len(END) :]  # the end may come in pieces
                    return
                self._held, self._thinking = after, False
            self._held = self._held.lstrip()
            if not self._held.startswith(BEGIN):
                return
            self._held, self._thinking, self.thought = self._held[len(BEGIN) :], True, True
