"""How figures are called and shown, for those who read a report."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """How a figure is shown.

    Attributes:
        title: What it is called.
        meaning: What it says, in a few words.
        percent: Whether it is a share.
    """

    title: str
    meaning: str
    percent: bool = True

    def shown(self, value: float | None) -> str:
        """Return a value as people read it."""
        if value is None:
            return "–"
        return f"{value * 100:.1f} %" if self.percent else f"{value:.3f}"
