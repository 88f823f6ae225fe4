"""A chat in a process of its own: `python child.py FEATURES`, with FEATURES as JSON. Tests start it."""

import json
import sys
from pathlib import Path
from typing import Any

from dialog_core import Candidate, Evidence
from dialog_core.testing import Hang, ScriptedPolicy, make_bot, make_context
from dialog_terminal.channel import TerminalChannel
from dialog_terminal.options import TerminalOptions

EVIL = "\x1b]0;title\x07\x1b[31mred\x1b[0m [red]markup[/red] \x1b]8;;https://evil.example\x07bank\x1b]8;;\x07 \x9b2J"
MENU = Candidate(
    "What **now**?", 1.0, quick_replies=("Where is\x1b[1m it?", "Bye"), evidence=(Evidence("", "a\x1b[7m"),)
)


def answer(turn: Any) -> Any:
    steps = {"menu": MENU, "evil": EVIL, "hang": Hang(), "boom": ValueError("no index")}
    return steps.get(turn.text, f"You said: {turn.text}")


def main() -> None:
    features = json.loads(sys.argv[1])
    if sys.stdin.isatty():
        import fcntl
        import termios

        fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that Ctrl-C reaches this process
    settings: dict[str, Any] = {"greeting": "Hello!", "language": features.get("language", "en"), "timeout": 60.0}
    bot = make_bot({"faq": ScriptedPolicy(answer, mode="async")}, deadline=60.0, **settings)
    trigger = Path(features.get("trigger", "/nowhere"))

    def reload() -> Any:
        if not trigger.exists():
            return None, None
        trigger.unlink()
        return make_bot("I am the new one."), "reloaded: bot.yaml changed"

    options = TerminalOptions(**features.get("options", {}))
    TerminalChannel(options, make_context()).run(bot, reload=reload if "trigger" in features else None)
    bot.close()


if __name__ == "__main__":
    main()
