"""Files of values, and their mistakes."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from dialog_core.bot_reader import read_bot_file
from dialog_core.builder import Builder
from dialog_core.configuration import ConfigurationError
from dialog_core.testing import write_bot
from dialog_nlu.entity_values import read_values
from tests.plugins.dialog_nlu.finding import finder, values

BOT = """
version: 1
annotators:
  - {use: entities, entities: {city: {path: cities.yaml}}}
policies: [{use: rules, path: rules.yaml}]
"""
RULES = "rules: [{name: hello, when: hello, say: Hello.}]"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cities.yaml", "Berlin: [BLN, Spree-Athen]\nNew York: NYC\nParis:\n2000: zwei\n"),
        ("cities.txt", "# cities\nBerlin, BLN, Spree-Athen\nNew York, NYC\n\nParis\n2000, zwei\n"),
        ("cities.csv", '\ufeffBerlin,BLN,Spree-Athen\n"New York",NYC\nParis\n2000,zwei\n'),
    ],
)
def test_the_forms_of_a_file(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = {"Berlin": ("BLN", "Spree-Athen"), "New York": ("NYC",), "Paris": (), "2000": ("zwei",)}
    assert read_values(tmp_path / name) == found
    assert values(finder({"city": {"path": tmp_path / name}}), "from spree athen to nyc") == ["Berlin", "New York"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("c.txt", b"", "holds no values"),
        ("c.txt", b"Berlin\nM\xfcnchen\n", "c.txt:2: is not UTF-8"),
        ("c.txt", b"Berlin, BLN\nBern, bln\n", "'bln' names both 'Berlin' and 'Bern'"),
        ("c.yaml", b"Berlin: [BLN]\nBern: [bln]\n", "c.yaml:2:1: 'bln' names both 'Berlin' and 'Bern'"),
        ("c.yaml", b"Berlin: [{a: b}]\n", "c.yaml:1:9: needs names: texts"),
        ("c.yaml", b"just a text\n", "is no list of values"),
        ("c.yaml", b"- '...'\n", "c.yaml:1:"),
        ("c.yaml", b"a: [b\n", "c.yaml:2"),
    ],
)
def test_mistakes_are_told_with_their_place(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        read_values(tmp_path / name)
    assert told in str(caught.value)


def test_a_long_list_is_read_and_the_line_of_its_one_mistake_told(tmp_path: Path) -> None:
    lines = [f"Street {number}: [Road {number}]\n" for number in range(20_000)]
    (tmp_path / "streets.yaml").write_text("".join(lines), encoding="utf-8")
    assert len(read_values(tmp_path / "streets.yaml")) == 20_000
    (tmp_path / "streets.yaml").write_text("".join([*lines, "Lane: [road 7]\n"]), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"streets\.yaml:20001:1: 'road 7' names both 'Street 7' and 'Lane'"):
        read_values(tmp_path / "streets.yaml")


def test_a_mistake_in_a_file_is_found_by_check(tmp_path: Path) -> None:
    bot = write_bot(tmp_path, BOT, **{"rules.yaml": RULES, "cities.yaml": "Berlin: [BLN]\nBern: [BLN]\n"})
    with pytest.raises(ConfigurationError, match=r"cities\.yaml:2:1: 'BLN' names both"):
        raise ConfigurationError(Builder(read_bot_file(bot)).check())


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"city": {"values": {"Berlin": ["x"], "Bern": ["X"]}}}, "'X' names both 'Berlin' and 'Bern'"),
        ({"city": {}}, "needs `regex`, `values`, `path`, or a `kind`"),
        ({"city": None}, "Input should be 'number', 'ordinal'"),
        ({"city": {"regex": "a", "fuzzy": True}}, "has `fuzzy` but no list of names"),
        ({}, "finds nothing"),
    ],
)
def test_options_that_say_nothing_useful_are_refused(spec: object, told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        finder(spec)
