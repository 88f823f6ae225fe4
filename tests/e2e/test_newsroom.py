"""A package of somebody else's brings a format, steps and a metric: every command knows them where it is trusted."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dialog_core.cli.command import run
from tests.third_party import installed

PLUGIN = """
from typing import Literal
from dialog_core import Component, hookimpl
from dialog_core.configuration import ConfigurationError, Options, Problem, read_lines
from dialog_core.datasets import Dialogue, DialogueTurn, texts_of, with_texts
from dialog_core.interfaces import Recognized, Skipped

class WireOptions(Options):
    on_error: Literal["stop", "skip"] = "stop"

class Reader(Component):
    def __init__(self, options, context):
        super().__init__(options, context)
        self.skipped = Skipped()
    @classmethod
    def recognizes(cls, sample):
        return sample.head.startswith("%WIRE")
    def read(self, path):
        for number, line in read_lines(path):
            said = line.split("|")
            if number == 1:
                continue
            if len(said) == 2:
                yield Dialogue(f"t{number}", tuple(map(DialogueTurn, ("user", "bot"), said)), {"line": number})
                continue
            problem = Problem("needs two sides", path, number, 1)
            if self.options.on_error == "stop":
                raise ConfigurationError([problem])
            self.skipped.note(problem)

class Writer(Component):
    accepts = (Dialogue,)
    suffix = ".wire"
    def write(self, items, file):
        file.write("%WIRE" + chr(10))
        for item in items:
            file.write("|".join(texts_of(item)) + chr(10))

class NoStars(Component):
    def clean(self, item):
        return with_texts(item, [text.replace("*", "") for text in texts_of(item)])

class Capitals(Component):
    def augment(self, item, count):
        said, reply = texts_of(item)
        return [with_texts(item, [said.upper(), reply])]

class Extensions(Component):
    def find(self, text, language=""):
        at = text.find("ext.")
        return [Recognized("extension", at, at + 8)] if at >= 0 else []

class Same(Component):
    def compute(self, predictions, references):
        return {"same": sum(map(str.__eq__, predictions, references)) / len(predictions)}

class Broken(Component):
    def compute(self, predictions, references):
        raise KeyError("nothing")

@hookimpl
def dialog_register(registry):
    here = "dialog_newsroom"
    registry.reader("wire", f"{here}:Reader", options=f"{here}:WireOptions")
    registry.writer("wire", f"{here}:Writer")
    registry.cleaner("no_stars", f"{here}:NoStars")
    registry.augmenter("capitals", f"{here}:Capitals")
    registry.recognizer("extensions", f"{here}:Extensions")
    registry.metric("same", f"{here}:Same")
    registry.metric("broken", f"{here}:Broken")
"""
TALKS = "%WIRE\nWho won?|The *mayor*, ext. 471.\nWhen is the vote?|On 3 May.\n"
FAQ = "entries:\n  - {id: vote, questions: [When is the vote?], answer: On 3 May.}\n"
BOT = "version: 1\npolicies: [{use: bm25, knowledge: faq}]\nknowledge: {faq: {path: faq.yaml}}\n"
TRUSTED = ("--plugin", "newsroom")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of somebody who works with such files, the package installed."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "talks.wire").write_text(TALKS)
    (folder / "wrong.wire").write_text(f"{TALKS}nothing\n")
    (folder / "faq.yaml").write_text(FAQ)
    (folder / "bot.yaml").write_text(BOT)
    (folder / "trusting.yaml").write_text(f"plugins: [newsroom]\n{BOT}")
    with installed(tmp_path_factory.mktemp("site"), "newsroom", PLUGIN):
        assert run(*TRUSTED, "data", "convert", "talks.wire", "talks.jsonl", cwd=folder).returncode == 0
        yield folder


def test_its_format_is_read_and_written_by_every_data_command(desk: Path) -> None:
    looked = run(*TRUSTED, "data", "inspect", "talks.wire", cwd=desk)
    assert "wire (recognized" in looked.stdout
    assert "dialog-core --plugin newsroom data stats talks.wire" in looked.stdout  # what it suggests works

    assert run(*TRUSTED, "data", "convert", "talks.wire", "own.jsonl", cwd=desk).returncode == 0
    assert run(*TRUSTED, "data", "convert", "own.jsonl", "again", "--to", "wire", cwd=desk).returncode == 0
    assert (desk / "again.wire").read_text() == TALKS

    assert "dialogues" in run(*TRUSTED, "data", "stats", "talks.wire", cwd=desk).stdout
    assert run(*TRUSTED, "data", "split", "talks.wire", "parts", cwd=desk).returncode == 0
    leaks = run(*TRUSTED, "data", "leaks", "talks.wire", "again.wire", cwd=desk)
    assert "2 of 2" in leaks.stdout


def test_its_steps_are_used_by_name_and_from_a_file(desk: Path) -> None:
    (desk / "steps.yaml").write_text("steps: [no_stars, {use: pii, recognizer: extensions}]\n")
    cleaned = run(*TRUSTED, "data", "clean", "talks.wire", "c.wire", "--steps", "steps.yaml", "--to", "wire", cwd=desk)
    assert cleaned.returncode == 0, cleaned.stderr
    assert "*" not in (desk / "c.wire").read_text()
    assert "ext. 471" not in (desk / "c.wire").read_text()

    run(*TRUSTED, "data", "augment", "talks.wire", "more.jsonl", "--step", "capitals", cwd=desk)
    assert "WHO WON?" in (desk / "more.jsonl").read_text()


def test_mistakes_in_its_files_have_a_place_and_can_be_passed_over(desk: Path) -> None:
    stopped = run(*TRUSTED, "data", "convert", "wrong.wire", "w.jsonl", cwd=desk)
    assert (stopped.returncode, "wrong.wire:4:1: needs two sides" in stopped.stderr) == (2, True)
    assert not (desk / "w.jsonl").exists()

    skipped = run(*TRUSTED, "data", "convert", "wrong.wire", "w.jsonl", "--on-error", "skip", cwd=desk)
    assert "1 item passed over" in skipped.stderr
    assert len((desk / "w.jsonl").read_text().splitlines()) == 2


def test_a_bot_is_measured_on_its_files_by_its_metric(desk: Path) -> None:
    done = run("evaluate", "trusting.yaml", "talks.wire", "--metric", "same", "--json", "r.json", cwd=desk)
    assert "same: same 0.5" in done.stdout
    assert json.loads((desk / "r.json").read_text())["further"] == {"same": {"same": 0.5}}

    page = run(*TRUSTED, "evaluate", "bot.yaml", "talks.wire", "--metric", "same", "--html", "r.html", cwd=desk)
    assert page.returncode == 0, page.stderr
    assert "same 0.5" in (desk / "r.html").read_text()

    broken = run("evaluate", "trusting.yaml", "talks.wire", "--metric", "broken", cwd=desk)
    assert (broken.returncode, "the metric 'broken' cannot measure replies" in broken.stderr) == (2, True)


def test_nobody_runs_it_who_does_not_trust_it_and_an_error_says_that_it_is_there(desk: Path) -> None:
    for command in (
        ("data", "inspect", "talks.wire"),
        ("data", "convert", "talks.jsonl", "x", "--to", "wire"),
        ("data", "clean", "talks.jsonl", "x.jsonl", "--step", "no_stars"),
        ("evaluate", "bot.yaml", "talks.wire"),
    ):
        done = run(*command, cwd=desk)
        assert done.returncode == 2
        assert "dialog-core --plugin newsroom" in done.stderr
