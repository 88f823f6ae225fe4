"""What is found wrong with examples before anything is learnt from them."""

from pathlib import Path

import pytest

from dialog_core.configuration import ConfigurationError
from dialog_nlu_training.data_checks import check_examples, check_validation, without_leaks
from dialog_nlu_training.labelled_data import Example

FILE = Path("nlu.csv")


def examples(*rows: str, file: Path = FILE) -> list[Example]:
    """`hello|greet` on line 2, and so on."""
    return [Example(*row.split("|"), file, line) for line, row in enumerate(rows, start=2)]


ROWS = ("hello|greet", "hi|greet", "bye|part", "see you|part")
GOOD = examples(*ROWS)


def refused(*rows: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        check_examples(examples(*rows))
    return str(caught.value)


def test_an_intent_with_one_example_is_refused_at_its_line() -> None:
    told = refused("hello|greet", "hi|greet", "bye|part", "see you|part", "help|help")
    assert told == (
        "nlu.csv:6: the label 'help' has one example only. "
        "Write at least 2, better 5 or more: what else would a user say?"
    )


def test_how_many_examples_a_label_must_have_can_be_said() -> None:
    rows = examples("hello|greet", "hi|greet", "bye|part", "see you|part", "help|help")
    assert list(check_examples(rows, fewest=1).labels) == ["greet", "help", "part"]
    with pytest.raises(ConfigurationError) as caught:
        check_examples(rows, fewest=3)
    assert [str(problem).split(".")[1].split(" ", 1)[1] for problem in caught.value.problems] == [
        "the label 'greet' has 2 examples only",
        "the label 'part' has 2 examples only",
        "the label 'help' has one example only",
    ]


def test_one_class_alone_is_refused() -> None:
    told = refused("hello|greet", "hi|greet")
    assert told == (
        "nlu.csv: all examples have the label 'greet'. A choice takes two labels at least: add examples of another one."
    )


def test_examples_out_of_scope_are_no_second_class() -> None:
    assert "all examples have the label 'greet'" in refused("hello|greet", "hi|greet", "moon|out_of_scope")
    assert "there are no examples of any label" in refused("moon|out_of_scope", "mars|out_of_scope")


def test_one_example_out_of_scope_is_welcome() -> None:
    checked = check_examples([*GOOD, *examples("moon|out_of_scope")])
    assert (list(checked.labels), len(checked.examples)) == (["greet", "part"], 5)


def test_a_text_under_two_labels_is_refused_with_both_places() -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_examples(examples(*ROWS, "  HELLO |part", "ｂｙｅ|greet"))
    assert [str(problem) for problem in caught.value.problems] == [
        "nlu.csv:6: '  HELLO ' stands under 'part' here, and under 'greet' in line 2. "
        "Remove one of them, or merge the two labels; `contradictions: drop` leaves both out.",
        "nlu.csv:7: 'ｂｙｅ' stands under 'greet' here, and under 'part' in line 4. "
        "Remove one of them, or merge the two labels; `contradictions: drop` leaves both out.",
    ]


def test_contradictions_may_be_left_out_instead() -> None:
    rows = [*GOOD, *examples("thanks|greet", "thanks|part")]
    checked = check_examples(rows, drop_contradictions=True)
    assert [example.text for example in checked.examples] == ["hello", "hi", "bye", "see you"]
    assert checked.remarks[0] == "1 texts that stand under two labels were left out: 'thanks'."


def test_repetitions_count_once_and_are_told() -> None:
    checked = check_examples([*GOOD, *examples("Hello|greet", "hello |greet")])
    assert len(checked.examples) == 4
    assert "2 examples repeat an earlier one and count once." in checked.remarks


def test_labels_with_few_examples_are_told() -> None:
    checked = check_examples(GOOD)
    assert checked.remarks == ["2 labels have under 5 examples: greet (2), part (2)."]
    many = [f"part {number}|l{number // 4}" for number in range(40)]
    assert check_examples(examples(*many)).remarks == [
        "10 labels have under 5 examples: l0 (4), l1 (4), l2 (4), l3 (4), l4 (4) and 5 more."
    ]


def test_validation_rows_that_are_training_rows_too_are_left_out_and_told() -> None:
    validation = examples("HELLO|greet", "good day|greet", "so long|part", file=Path("validation.csv"))
    kept, remarks = without_leaks(validation, GOOD)
    assert [example.text for example in kept] == ["good day", "so long"]
    assert remarks == [
        "1 texts of the validation data are in the training data too, and were left out: 'HELLO' (line 2)."
    ]
    assert without_leaks(kept, GOOD) == (kept, [])


def test_validation_data_must_be_there_and_know_no_other_labels() -> None:
    with pytest.raises(ConfigurationError, match="no validation data that is not training data too"):
        check_validation([], ["greet", "part"])
    with pytest.raises(ConfigurationError, match=r"nlu.csv:2: the label 'help' is not in the training data"):
        check_validation(examples("help|help", "hello|greet"), ["greet", "part"])
