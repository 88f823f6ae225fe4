"""Marks of entities in messages, as Rasa has them."""

import pytest

from dialog_rasa.dialogue.values import EntityGiven
from dialog_rasa.project.marks import parse, parse_marks


@pytest.mark.parametrize(
    ("message", "text", "entities"),
    [
        ("from [Berlin](city)", "from Berlin", [("city", "Berlin", "", "")]),
        ("[SF](city:San Francisco)!", "SF!", [("city", "San Francisco", "", "")]),
        (
            '[Rome]{"entity": "city", "role": "from", "group": "1", "value": "roma"}',
            "Rome",
            [("city", "roma", "from", "1")],
        ),
        ('[two]{"entity": "number", "value": 2}', "two", [("number", "2", "", "")]),
        ('[{x}]{"entity": "code", "value": "}"}', "{x}", [("code", "}", "", "")]),
        ("[New York](a) [Rome](b)", "New York Rome", [("a", "New York", "", ""), ("b", "Rome", "", "")]),
        ("a [thing] (really)", "a [thing] (really)", []),
        ("[a][b]", "[a][b]", []),
        ("see [this](https://example.org/x)", "see [this](https://example.org/x)", []),
        ("[[Berlin](city)", "[Berlin", [("city", "Berlin", "", "")]),
        ("[Größe é](size)", "Größe é", [("size", "Größe é", "", "")]),
        (r"\[Berlin](city)", "[Berlin](city)", []),
        (r"[a \] b](x)", "a ] b", [("x", "a ] b", "", "")]),
        ("open [", "open [", []),
        ("[](city)", "[](city)", []),
    ],
)
def test_a_marked_message_is_taken_apart(message: str, text: str, entities: list[tuple[str, str, str, str]]) -> None:
    parsed = parse(message)
    assert parsed.text == text
    assert [(one.name, one.value, one.role, one.group) for one in parsed.entities] == entities
    assert not parsed.broken


def test_a_mark_knows_its_words() -> None:
    parsed = parse("from [Berlin](city) to [NYC](city:New York) now")
    assert [parsed.text[one.start : one.end] for one in parsed.entities] == ["Berlin", "NYC"]


def test_of_several_entities_for_the_same_words_the_first_counts() -> None:
    parsed = parse('[NYC][{"entity": "city"}, {"entity": "state", "value": "NY"}] please')
    assert parsed.entities == (EntityGiven("city", "NYC"),)
    assert (parsed.text, parsed.several) == ("NYC please", 1)


@pytest.mark.parametrize(
    "message", ['[Rome]{"entity": city}', '[Rome]{"entity"', '[Rome]{"role": "from"}', '[Rome][{"entity": 3}] now']
)
def test_a_mark_that_cannot_be_read_says_so_and_leaves_the_words(message: str) -> None:
    parsed = parse(message)
    assert parsed.text.startswith("Rome")
    assert len(parsed.broken) == 1
    assert "Rome" in parsed.broken[0]
    with pytest.raises(ValueError, match="Rome"):
        parse_marks(message)


@pytest.mark.parametrize("piece", ["[a](b:", "[a]{", "[a][{", "[a][", "[", "\\[", "[a](", '[a]{"b":[', "[a]"])
def test_a_long_line_of_openings_without_an_end_is_read_too(piece: str) -> None:
    message = piece * 20_000
    assert len(parse(message).text) > 1_000
