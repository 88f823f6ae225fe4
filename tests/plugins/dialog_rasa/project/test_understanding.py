"""Examples, synonyms, regular expressions and lookup tables."""

from pathlib import Path

import pytest

from dialog_rasa.project.values import MarkedEntity
from tests.plugins.dialog_rasa.project.reading import read, told

NLU = """\
nlu:
- intent: hi
  metadata: {from: here}
  examples: |
    - hello [there](place)

    - hello
    - hello
- intent: faq/opening_hours
  examples:
  - text: |
      when are you open?
    metadata: x
  - when?
- intent: book+pay
  examples: "- book and pay\\n- pay for [NYC](city:New York)"
- synonym: New York
  examples: |
    - Big Apple
- regex: number
  examples: |
    - \\d{2,3}
- lookup: country
  examples: |
    - Spain
    - Italy
"""


def test_examples_are_read_with_their_marks_and_each_with_its_line(tmp_path: Path) -> None:
    understanding = read(tmp_path, {"data/nlu.yml": NLU}).understanding
    hi, faq, both = understanding.intents
    assert (hi.intent, faq.intent, both.intent) == ("hi", "faq/opening_hours", "book+pay")
    assert [(one.text, one.place.line) for one in hi.examples] == [("hello there", 5), ("hello", 7)]
    assert hi.examples[0].entities == (MarkedEntity(6, 11, "place"),)
    assert [one.text for one in faq.examples] == ["when are you open?", "when?"]
    assert [one.text for one in both.examples] == ["book and pay", "pay for NYC"]


def test_a_value_given_with_a_mark_is_a_synonym_too(tmp_path: Path) -> None:
    project = read(tmp_path, {"data/nlu.yml": NLU})
    (synonym,) = project.understanding.synonyms
    assert (synonym.name, synonym.items) == ("New York", ("NYC", "Big Apple"))
    assert project.dialogue.synonyms == {"nyc": "New York", "big apple": "New York"}


def test_regexes_and_lookup_tables_are_read(tmp_path: Path) -> None:
    understanding = read(tmp_path, {"data/nlu.yml": NLU}).understanding
    assert [(one.name, one.items) for one in understanding.regexes] == [("number", (r"\d{2,3}",))]
    assert [(one.name, one.items) for one in understanding.lookups] == [("country", ("Spain", "Italy"))]


def test_examples_of_one_intent_in_two_files_belong_together(tmp_path: Path) -> None:
    more = "nlu:\n- intent: hi\n  examples: |\n    - good day\n"
    project = read(tmp_path, {"data/nlu.yml": NLU, "data/z/more.yaml": more})
    assert [one.text for one in project.understanding.intents[0].examples] == ["hello there", "hello", "good day"]


def test_a_lookup_table_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    nlu = "nlu:\n- lookup: country\n  examples: data/countries.txt\n- lookup: x\n  examples: |\n    - data/gone.txt\n"
    project = read(tmp_path, {"data/nlu.yml": nlu, "data/countries.txt": "Spain\n\nItaly\n"})
    first, second = project.understanding.lookups
    assert (first.items, first.file) == (("Spain", "Italy"), tmp_path / "data/countries.txt")
    assert second.items == ()
    assert told(project.findings)[0] == "nlu.yml:5: there is no file 'data/gone.txt' in the project"


def test_a_file_outside_the_project_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret\n")
    nlu = "nlu:\n- lookup: x\n  examples: ../secret.txt\n"
    project = read(tmp_path / "project", {"data/nlu.yml": nlu})
    assert project.understanding.lookups[0].items == ()
    assert "no file '../secret.txt' in the project" in told(project.findings)[0]


def test_what_is_wrong_with_examples_is_said_with_the_line_it_stands_on(tmp_path: Path) -> None:
    nlu = """\
nlu:
- intent: empty
  examples: |
    not an example
- intent: hi
  examples: |
    - hello
    - [Rome]{"entity": city}
- regex: broken
  examples: |
    - a
    - (b
- intent:
  examples: |
    - nobody's
- hello
- intent: mapping
  examples: {a: b}
"""
    project = read(tmp_path, {"data/nlu.yml": nlu})
    wrong = told(project.findings)
    assert [line.split(":")[1] for line in wrong] == ["8", "12", "13", "16", "18"]
    assert "is no regular expression" in wrong[1]
    assert [one.intent for one in project.understanding.intents if one.examples] == ["hi"]
    left_out = told(project.findings, "left out")
    assert left_out[0] == "nlu.yml:2: the intent 'empty' has no examples"
    assert "nlu.yml:4: a line of the intent 'empty' does not begin with `- `" in left_out[1]


def test_of_two_meanings_of_a_word_the_last_counts(tmp_path: Path) -> None:
    nlu = "nlu:\n- synonym: a\n  examples: |\n    - x\n    - y\n- synonym: b\n  examples: |\n    - X\n"
    project = read(tmp_path, {"data/nlu.yml": nlu})
    assert project.dialogue.synonyms == {"x": "b", "y": "a"}
    assert [(one.name, one.items) for one in project.understanding.synonyms] == [("a", ("y",)), ("b", ("X",))]
    assert "nlu.yml:4: 'X' stands for 'a' here, and for 'b' in nlu.yml:8" in told(project.findings, "left out")[0]


def test_two_entities_for_the_same_words_are_one_and_said_so(tmp_path: Path) -> None:
    nlu = 'nlu:\n- intent: hi\n  examples: |\n    - in [NYC][{"entity": "city"}, {"entity": "state"}]\n'
    project = read(tmp_path, {"data/nlu.yml": nlu})
    assert project.understanding.intents[0].examples[0].entities == (MarkedEntity(3, 6, "city"),)
    assert told(project.findings, "approximated")[0].startswith("nlu.yml:4: one mark gives several entities")


def test_examples_in_a_folder_of_tests_are_not_learnt(tmp_path: Path) -> None:
    project = read(tmp_path, {"tests/nlu.yml": NLU})
    assert project.understanding.intents == ()
    assert told(project.findings, "left out") == ["nlu.yml:1: examples for tests; nothing is learnt from them"]


def test_a_table_of_nothing_is_left_out_and_so_are_lines_that_are_commented_out(tmp_path: Path) -> None:
    nlu = (
        "nlu:\n- regex: none\n- lookup: empty\n  examples: ''\n- intent: hi\n  examples: |\n"
        "    # - not this\n    - this\n    -\n- intent: bye\n  examples:\n  - {metadata: 1}\n  - bye\n"
    )
    project = read(tmp_path, {"data/nlu.yml": nlu})
    assert [[one.text for one in intent.examples] for intent in project.understanding.intents] == [["this"], ["bye"]]
    assert told(project.findings) == ["nlu.yml:12: this example of the intent 'bye' has no text"]
    assert told(project.findings, "left out")[:2] == [
        "nlu.yml:2: the regex 'none' is empty",
        "nlu.yml:3: the lookup 'empty' is empty",
    ]


def test_a_value_that_is_its_own_name_is_no_synonym(tmp_path: Path) -> None:
    nlu = "nlu:\n- synonym: Rome\n  examples: |\n    - Rome\n    - Roma\n"
    project = read(tmp_path, {"data/nlu.yml": nlu})
    assert project.dialogue.synonyms == {"roma": "Rome"}


def test_an_example_that_stands_there_twice_is_learnt_once_and_told(tmp_path: Path) -> None:
    nlu = "nlu:\n- intent: hi\n  examples: |\n    - hello\n    - hello\n"
    project = read(tmp_path, {"data/nlu.yml": nlu})
    assert len(project.understanding.intents[0].examples) == 1
    assert told(project.findings, "left out") == [
        "nlu.yml:5: stands among the examples of 'hi' in nlu.yml:4 already; Rasa learns it once, too"
    ]


def test_a_table_that_is_no_text_is_named_with_the_line_of_its_file(tmp_path: Path) -> None:
    nlu = "nlu:\n- lookup: x\n  examples: data/x.txt\n"
    project = read(tmp_path, {"data/nlu.yml": nlu, "data/x.txt": b"one\n\xff\n"})
    assert told(project.findings) == ["x.txt:2: this is not UTF-8 text"]


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        ("|\n    - one\n    - two", [4, 5]),
        ("|-\n    - one\n\n    - two\n", [4, 6]),
        ("|  # said\r\n    - one\r\n    - two\r\n", [4, 5]),
        ('"- one\\n- two\\n"\n', [3, 4]),
        ("\n  - one\n  - text: two\n", [4, 5]),
    ],
)
def test_an_example_knows_its_line_however_it_is_written(written: str, lines: list[int], tmp_path: Path) -> None:
    text = f"nlu:\n- intent: größe\n  examples: {written}"
    (intent,) = read(tmp_path, {"data/nlu.yml": text.encode("utf-8")}).understanding.intents
    assert [(one.text, one.place.line) for one in intent.examples] == list(zip(("one", "two"), lines, strict=True))
