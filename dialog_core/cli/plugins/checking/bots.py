"""The base configurations a package brings along: without mistakes, without files of their own, and hard to upset."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from dialog_core.bot import Bot
from dialog_core.bot_file import BotSpec
from dialog_core.bot_reader import read_bot_file
from dialog_core.builder import Builder
from dialog_core.cli.plugins.checking.finding import Finding, Findings
from dialog_core.component import Context
from dialog_core.configuration import ConfigurationError, Options
from dialog_core.errors import DialogError
from dialog_core.reply import Reply
from dialog_core.stores.memory import MemoryStore
from dialog_core.stores.memory_profiles import MemoryProfileStore
from dialog_core.testing.nasty_texts import NASTY_TEXTS

PATIENCE = 300.0  # seconds, for the conversation tests of one bot
TESTS = ".tests.yaml"


def bots_of(folder: Path | None) -> list[Path]:
    """Return the base configurations of a package: what stands in its folder `bots/`."""
    if folder is None:
        return []
    return sorted(path for path in (folder / "bots").glob("*.yaml") if not path.name.endswith(TESTS))


def tests_of(bot: Path) -> list[Path]:
    """Return the conversation tests a package brings along for one of its bots.

    They are `bots/en.tests.yaml` beside `bots/en.yaml`, and all of the folder `tests/en/` of the package.
    """
    beside = bot.with_name(f"{bot.stem}{TESTS}")
    return [*filter(Path.is_file, [beside]), *sorted((bot.parent.parent / "tests" / bot.stem).rglob(f"*{TESTS}"))]


def check_bots(folder: Path | None) -> Sequence[Finding]:
    """Check every bot, put hostile texts to it, and hold the conversations that are written down for it."""
    found = Findings("Bots")
    for path in bots_of(folder):
        subject = f"bots/{path.name}"
        try:
            spec = read_bot_file(path)
            builder = Builder(spec)
            problems = builder.check()
            if problems:
                raise ConfigurationError(problems)
        except DialogError as error:
            found.failed(subject, str(error), f"Run: dialog-core check {path}")
            continue
        found.passed(subject, f"no problems; policies: {', '.join(policy.name for policy in spec.policies)}")
        for missing in builder.left_out:
            found.not_checked(f"{subject} without {missing.part}", missing.reason)
        _check_files(spec, subject, found)
        _check_nasty_texts(spec, subject, found)
        _hold_conversations(path, subject, found)
    return found.made


def _check_files(spec: BotSpec, subject: str, found: Findings) -> None:
    """See that nothing is written beside the configuration, which lies where the package is installed."""
    writing = list(_writing(spec))
    if spec.trained:
        writing.append(f"what is trained ({', '.join(spec.trained)})")
    found.expect(
        not writing,
        f"{subject} writes nothing",
        f"what is written would lie in the installed package: {'; '.join(writing)}",
        "Leave it to the users' own bot files: paths are relative to the file that names them.",
    )


def _writing(spec: BotSpec) -> Iterator[str]:
    stores = [spec.store, *filter(None, [spec.profiles])]
    for part in (*stores, *spec.observers):
        options = type(part.options).model_fields
        named = [name for name in options if isinstance(getattr(part.options, name), Path)]
        if part.written is not None and named:
            yield f"{part.registration.kind} {part.name} ({', '.join(named)})"


def _check_nasty_texts(spec: BotSpec, subject: str, found: Findings) -> None:
    told = f"{subject} stands hostile texts"
    nothing = (Options(), Context())
    try:
        bot = Bot.of(spec, store=MemoryStore(*nothing), profiles=MemoryProfileStore(*nothing), only_look_ups=True)
    except DialogError as error:
        found.failed(told, str(error), "It has to be usable as it is installed.")
        return
    with bot:
        wrong = list(_upset(bot))
    remedy = "Put the text to the component in a test; dialog_core.testing.NASTY_TEXTS has them all."
    found.expect(not wrong, told, "; ".join(wrong[:3]), remedy)


def _upset(bot: Bot) -> Iterator[str]:
    """Yield what hostile texts do to a bot."""
    for name, text in NASTY_TEXTS.items():
        try:
            reply = bot.reply(text, conversation=f"check {name}")
        except Exception as error:  # whatever a plugin can raise is what is looked for
            yield f"{name!r}: {type(error).__name__}: {error}"
            continue
        yield from (f"{name!r}: {complaint}" for complaint in _complaints(reply))


def _complaints(reply: Reply) -> Iterator[str]:
    if not reply.text.strip():
        yield "nobody says anything"
    for report in reply.trace["policies"] if reply.trace else ():
        if report["error"]:
            yield f"the policy {report['policy']} {report['status']}: {report['error']}"
    for part in reply.trace["parts"] if reply.trace else ():
        if part["verdict"].startswith("failed"):
            yield f"{part['part']} {part['verdict']}"


def _hold_conversations(bot: Path, subject: str, found: Findings) -> None:
    tests = tests_of(bot)
    told = f"{subject} holds its conversations"
    if not tests:
        found.not_checked(told, f"the package has no conversations for it, such as bots/{bot.stem}{TESTS}")
        return
    command = [sys.executable, "-m", "dialog_core", "test", str(bot), *map(str, tests)]
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONUTF8": "1", "COLUMNS": "100"}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        found.failed(told, f"they do not end within {PATIENCE:.0f} s", "Make them shorter.")
        return
    printed = (done.stdout + done.stderr).decode(errors="replace").strip()
    if done.returncode:
        shown = [line for line in printed.splitlines() if line.strip()]
        found.failed(told, " / ".join(shown[-6:]), f"Run: dialog-core test {bot} {tests[0]}")
    else:
        found.passed(told, printed.rpartition("\n")[2].partition(" in ")[0])
