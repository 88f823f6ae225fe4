"""One key at a time: a line of hints at the bottom that goes when one is pressed.

For commands that show one thing after another and have a person decide: reviews, labels, ratings.
"""

from collections.abc import Mapping, Sequence

from prompt_toolkit.application import Application
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl

BACK, NEXT, LEAVE, OTHER = "back", "next", "leave", "other"

_ARROWS = {
    Keys.Left: BACK,
    Keys.Up: BACK,
    Keys.Backspace: BACK,
    Keys.Right: NEXT,
    Keys.Down: NEXT,
    Keys.ControlD: LEAVE,
}


def press(hint: Sequence[tuple[str, str]], known: Mapping[str, str]) -> str:
    """Wait for a key, and return what it stands for.

    Args:
        hint: What is shown meanwhile, with the style of each piece.
        known: What letters stand for; those of a Chinese input method that is switched on are taken, too.

    Returns:
        What the key stands for; `back`, `next` or `leave` for the arrows and Ctrl-D; `other` for any other key.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed.
    """
    bindings = KeyBindings()

    @bindings.add(Keys.Any)
    def letter(event: KeyPressEvent) -> None:
        typed = event.key_sequence[0].data.casefold()
        event.app.exit(result=known.get(_narrow(typed), OTHER))

    @bindings.add(Keys.ControlC)
    def interrupt(event: KeyPressEvent) -> None:
        event.app.exit(exception=KeyboardInterrupt)

    @bindings.add(Keys.BracketedPaste)
    def pasted(event: KeyPressEvent) -> None:
        """What was pasted by mistake is not a row of decisions."""

    for key, meaning in _ARROWS.items():
        _bind(bindings, key, meaning)
    shown: StyleAndTextTuples = [(style, text) for style, text in hint]
    control = FormattedTextControl(shown, show_cursor=False)
    app: Application[str] = Application(
        layout=Layout(Window(control, dont_extend_height=True, wrap_lines=True)),
        key_bindings=bindings,
        erase_when_done=True,
    )
    app.ttimeoutlen = 0.05  # an arrow is an escape and more; nobody waits for what comes after Escape alone
    return app.run()


def _bind(bindings: KeyBindings, key: Keys, meaning: str) -> None:
    @bindings.add(key)
    def arrow(event: KeyPressEvent) -> None:
        event.app.exit(result=meaning)


def _narrow(letter: str) -> str:
    """Return a full-width letter or mark as the usual one."""
    return chr(ord(letter) - 0xFEE0) if len(letter) == 1 and "\uff01" <= letter <= "\uff5e" else letter
