"""Runs every block of one page, in order, in a directory of its own."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

from dialog_core.bot_reader import read_bot_file
from dialog_core.builder import Builder
from dialog_core.cli.init import init
from dialog_core.configuration import ConfigurationError, parse_yaml, read_yaml
from tests.docs.blocks import Block
from tests.docs.console import PROMPT, chat, commands_in, matches, run
from tests.docs.interpreter import Interpreter

EXAMPLES = Path(__file__).parents[2] / "examples"
READ_WITH_A_BOT = {
    "dialogues",
    "entries",
    "examples",
    "flows",
    "intents",
    "labels",
    "steps",
    "tests",
}  # what begins files that a command of the page reads
SHOWN_ONLY = {"text"}  # languages of blocks that nothing can be done with but look at them

NOT_RUN = {
    "git clone": "there is no address to clone from in a test",
    "cd dialog-core": "was not cloned",
    "make": "installs an environment, or runs these tests",
    "source .venv/bin/activate": "the tests run in an environment already",
    "python3 -m venv .venv": "the tests run in an environment already",
    "pip install -c constraints.txt": "needs a network; the tests' environment has it",
    "pip install pytest": "needs a network",
    "pip install 'dialog-core[encoders,train]'": "needs a network; the tests' environment has it",
    "pip install 'dialog-core[endpoint]'": "needs a network; the tests' environment has it",
    "pip install 'dialog-core[generative]'": "needs a network; the tests' environment has it",
    "accelerate launch": "needs several GPUs, or several machines",
    "dialog-core data label chats.jsonl --bot bot.yaml --out labels.jsonl": "needs a terminal; its tests have one",
    "dialog-core rate bot.yaml": "needs a terminal; its tests have one",
    "python -m build": "makes an environment of its own, which needs a network; other tests build wheels without",
    "twine upload": "publishes what it is given",
    "python docs/generate_reference.py": "writes into the repository; another test runs it with --check",
}

# What a reader's `pip install .` does, without a network and without touching the environment the tests run in. The
# packages of the examples are taken from where they stand.
_PIP = """#!/bin/sh
shift
for last in "$@"; do :; done
case "$last" in dialog-core-*) last="{examples}/$last";; esac
exec {python} -m pip install -q --disable-pip-version-check --no-index --no-deps --no-build-isolation --upgrade \\
    --target "{site}" "$last"
"""


class Page:
    """What the blocks of one page have made so far."""

    def __init__(self, root: Path) -> None:
        self.directory = root / "page"
        self._site, programs = root / "site", root / "bin"
        for directory in (self.directory, self._site, programs):
            directory.mkdir()
        pip = programs / "pip"
        pip.write_text(_PIP.format(python=sys.executable, site=self._site, examples=EXAMPLES))
        pip.chmod(0o755)
        self._here = self.directory
        self._after = root / "pwd"
        self._printed: str | None = None
        self._bots: dict[Path, Block] = {}
        self._wrong: set[Path] = set()
        self._interpreter: Interpreter | None = None
        self._environment = {
            "HOME": str(root),
            "PATH": os.pathsep.join((str(programs), str(Path(sys.executable).parent), os.environ["PATH"])),
            "PYTHONPATH": os.pathsep.join(filter(None, (str(self._site), os.environ.get("PYTHONPATH", "")))),
            "PYTHONUTF8": "1",
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "NO_COLOR": "1",
            "COLUMNS": "100",
            "OMP_NUM_THREADS": "1",  # several pages run at once
        }

    def run(self, block: Block) -> None:
        """Do with a block what its language says."""
        if block.language in SHOWN_ONLY:
            path = self._file(block)
            if path is not None:
                path.write_text(block.text, encoding="utf-8")
            elif "output" in block.told:
                self._compare_output(block)
            return
        runner = getattr(self, f"_run_{block.language}", None)
        assert runner is not None, (
            f"{block}: nobody checks this language. Use python, yaml, toml, json or console; `text` for what is only "
            "to be looked at."
        )
        runner(block)

    def close(self) -> None:
        """End the page's Python."""
        if self._interpreter is not None:
            self._interpreter.close()

    def check_bots(self) -> None:
        """Check every bot of the page, now that all the files it names are there."""
        for path, block in self._bots.items():
            complaint = self._check_bot(path)
            if path in self._wrong:
                assert complaint, f"{block} is said to be wrong, and `dialog-core check` finds nothing"
            else:
                assert not complaint, f"{block}: `dialog-core check` says\n{complaint}"

    def _check_bot(self, path: Path) -> str:
        """Return what `dialog-core check` complains about; in this process, unless the page has installed a plugin."""
        if "\nplugins: [" in path.read_text(encoding="utf-8") or any(self._site.iterdir()):
            status, printed = self._in_shell(f'dialog-core check "{path.relative_to(self.directory)}"', self.directory)
            return printed if status else ""
        try:
            problems = Builder(read_bot_file(path)).check()
        except ConfigurationError as error:
            return str(error)
        return "\n".join(map(str, problems))

    # --- One method for each language ---------------------------------------------------------------------------------

    def _run_yaml(self, block: Block) -> None:
        path = self._file(block) or self.directory / f"block-{block.line}.yaml"
        if "append" not in block.told:
            path.write_text(block.text, encoding="utf-8")
        if "wrong on purpose" in block.told:
            self._wrong.add(path)
            self._bots[path] = block
            return
        value = read_yaml(path).plain()
        if "read by a command" in block.told:
            return
        assert isinstance(value, dict), f"{block}: is no mapping"
        if "extends" in value or ("version" in value and "policies" in value):
            self._bots[path] = block
        elif "rules" in value:
            self._check_rules(path, block)
        elif READ_WITH_A_BOT.isdisjoint(value):
            self._bots[self._overlay(block)] = block

    def _run_python(self, block: Block) -> None:
        path = self._file(block)
        if path is not None:
            if "append" not in block.told:
                path.write_text(block.text, encoding="utf-8")
            compile(path.read_text(encoding="utf-8"), str(path), "exec")
            return
        if self._interpreter is None:
            self._interpreter = Interpreter(self.directory, self._environment)
        self._printed, error = self._interpreter.run(block.text, str(block.page), block.line)
        assert not error, f"{block} raised:\n{error}"

    def _run_toml(self, block: Block) -> None:
        tomllib.loads(block.text)
        path = self._file(block)
        if path is not None:
            path.write_text(block.text, encoding="utf-8")

    def _run_json(self, block: Block) -> None:
        for line in [block.text] if block.text.lstrip().startswith("{\n") else block.text.splitlines():
            json.loads(line)
        path = self._file(block)
        if path is not None:
            path.write_text(block.text, encoding="utf-8")

    def _run_console(self, block: Block) -> None:
        commands = commands_in(block.text)
        for number, command in enumerate(commands):
            if skipped(command.line):
                continue
            shown = command.shown
            if command.line.startswith("dialog-core chat") and shown is not None:
                typed = [line.removeprefix(PROMPT) for line in shown.splitlines() if line.startswith(PROMPT)]
                status, printed = chat(command.line, typed, self._here, self._environment)
            else:
                status, printed = self._in_shell(command.line, self._here)
                self._here = Path(self._after.read_text().strip())
            expected = int(block.told.get("exit", "0")) if number == len(commands) - 1 else 0
            assert status == expected, f"{block}: `{command.line}` ended with {status}:\n{printed}"
            if shown is not None:
                assert matches(shown, printed), f"{block}: `{command.line}` printed\n{printed}\nand not\n{shown}"

    # --- What they share ----------------------------------------------------------------------------------------------

    def _file(self, block: Block) -> Path | None:
        """Return the file a block is, with what is to be appended to it already there."""
        name = block.told.get("file") or block.told.get("append")
        if name is None:
            return None
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if "append" in block.told:
            assert path.exists(), f"{block}: there is no {name} to append it to"
            with path.open("a", encoding="utf-8") as file:
                file.write(block.text)
        return path

    def _compare_output(self, block: Block) -> None:
        assert self._printed is not None, f"{block}: no Python block stands before this output"
        assert matches(block.text, self._printed), f"{block}: Python printed\n{self._printed}\nand not\n{block.text}"

    def _check_rules(self, path: Path, block: Block) -> None:
        bot = path.with_name(f"bot-of-{path.name}")
        name = json.dumps(path.name)
        bot.write_text(f"version: 1\npolicies: [{{use: rules, path: {name}}}]\n", encoding="utf-8")
        self._bots[bot] = block

    def _overlay(self, block: Block) -> Path:
        """Return a bot that the block is a piece of: laid over the page's last bot, or over the one `init` makes."""
        own = [path for path in self._bots if path not in self._wrong and not path.name.startswith("bot-of-")]
        if own:
            base = own[-1]
        else:
            base = self.directory / "init" / "bot.yaml"
            if not base.exists():
                init(base.parent)
        # Beside the bot, so that relative paths mean the same.
        path = base.with_name(f"block-{block.line}.yaml")
        path.write_text(f"extends: {json.dumps(base.name)}\n{block.text}", encoding="utf-8")
        parse_yaml(path.read_text(encoding="utf-8"), path)
        return path

    def _in_shell(self, command: str, directory: Path) -> tuple[int, str]:
        try:
            return run(command, directory, self._environment, self._after)
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f"`{command}` does not end") from error


def skipped(command: str) -> bool:
    """Say whether a command is among those that are not run."""
    return any(command == known or command.startswith(f"{known} ") for known in NOT_RUN)
