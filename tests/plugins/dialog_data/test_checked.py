"""A component of somebody else's that gives no items is named, at the first thing it gives."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dialog_core import PluginError
from dialog_core.datasets import DataItem, LabelledText
from dialog_data.augmentation.pipeline import AugmentationReport, augmented
from dialog_data.checked import checked_items
from dialog_data.cleaning.pipeline import Pipeline
from tests.dialog_core.cli.command import run
from tests.third_party import installed

ITEM = LabelledText("hello", "greet")
PLUGIN = """
from dialog_core import Component, hookimpl

class Lines(Component):
    def read(self, path):
        yield from path.read_text().splitlines()

@hookimpl
def dialog_register(registry):
    registry.reader("lines", "dialog_hasty:Lines")
"""


class Gives:
    """A step that gives always the same, whatever it is."""

    def __init__(self, given: Any) -> None:
        self._given = given

    def clean(self, item: DataItem) -> Any:
        return self._given

    def augment(self, item: DataItem, count: int) -> Sequence[Any]:
        return [self._given]


@pytest.mark.parametrize("given", [None, 5, "hello", [ITEM, None], [None]])
def test_a_cleaner_that_forgets_to_return_an_item_is_named(given: Any) -> None:
    with pytest.raises(PluginError, match="the cleaner 'hasty' gave "):
        list(Pipeline({"hasty": Gives(given)}).clean([ITEM]))


def test_an_augmenter_that_gives_something_else_is_named() -> None:
    with pytest.raises(PluginError, match=r"the augmenter 'hasty' gave None.*forgotten to return"):
        list(augmented([ITEM], {"hasty": Gives(None)}, 1, AugmentationReport()))


def test_items_before_what_is_none_are_given() -> None:
    items = checked_items([ITEM, "hello"], "reader", "hasty")
    assert next(items) is ITEM
    with pytest.raises(PluginError, match="the reader 'hasty' gave a str, which is no dialogue"):
        next(items)


@pytest.mark.parametrize("words", [("convert", "a.txt", "b.jsonl"), ("inspect", "a.txt"), ("stats", "a.txt")])
def test_a_reader_that_yields_lines_is_named_by_every_command(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello\n")
    (tmp_path / "site").mkdir()
    with installed(tmp_path / "site", "hasty", PLUGIN):
        done = run("--plugin", "hasty", "data", *words, "--format", "lines", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (
        2,
        "error: the reader 'lines' gave a str, which is no dialogue, labelled text or entry.\n",
    )
    assert not (tmp_path / "b.jsonl").exists()
