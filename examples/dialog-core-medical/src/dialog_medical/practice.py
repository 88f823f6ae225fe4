"""The annotator `practice`: what everything else reads about whose bot it is, in one place."""

from dialog_core import Component, Turn
from dialog_medical.options import PracticeOptions


class PracticeAnnotator(Component[PracticeOptions]):
    """Says for every turn what the practice is called, and which numbers are to be called."""

    inline = True

    def annotate(self, turn: Turn) -> dict[str, str]:
        """Return the options as they are; `name` is the practice's name."""
        options = self.options
        return {
            "name": options.practice,
            "phone": options.phone,
            "emergency": options.emergency,
            "out_of_hours": options.out_of_hours,
        }
