import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_core.configuration import ConfigurationError
from dialog_ranking.choices import Choice, Label, NotAChoice, from_json, read_choices, to_json, write_choices

TEXT = st.text(max_size=40)
NAME = st.text("abcdefg-_ 你好", min_size=1, max_size=8).filter(lambda name: bool(name.strip()))
SHARE = st.floats(0, 1)
AMOUNT = st.floats(0, 1e9)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
LABEL = {"right": SHARE | st.none(), "weight": AMOUNT, "source": st.sampled_from(["reference", "feedback", "edit"])}


def optional(**fields: Any) -> Any:
    return st.fixed_dictionaries({}, optional=fields)


def rows() -> st.SearchStrategy[dict[str, Any]]:
    evidence = st.fixed_dictionaries({"text": TEXT}, optional={"source": TEXT, "score": NUMBER})
    candidate = st.fixed_dictionaries(
        {"policy": NAME, "text": TEXT, "score": SHARE},
        optional={
            "kind": TEXT,
            "evidence": st.lists(evidence, max_size=3),
            "features": st.dictionaries(TEXT, NUMBER | st.none(), max_size=3),
            "action": NAME,
            "tier": st.integers(0, 5),
            **LABEL,
        },
    )
    said = st.fixed_dictionaries(
        {"who": st.sampled_from(["user", "bot", "person"]), "text": TEXT}, optional={"policy": TEXT}
    )
    return st.fixed_dictionaries(
        {"id": NAME, "text": TEXT, "candidates": st.lists(candidate, max_size=4)},
        optional={
            "conversation": NAME,
            "user": TEXT,
            "at": st.datetimes().map(lambda at: at.isoformat()),
            "language": st.sampled_from(["en", "zh", "zh-TW"]),
            "history": st.lists(said, max_size=6),
            "annotations": st.dictionaries(TEXT, JSON, max_size=3),
            "tiers": st.dictionaries(NAME, st.integers(0, 5), max_size=3),
            "seconds": st.dictionaries(NAME, AMOUNT, max_size=3),
            "costs": st.dictionaries(NAME, AMOUNT, max_size=3),
            "propensity": SHARE,
            "fingerprints": st.dictionaries(NAME, TEXT, max_size=3),
            "nobody": st.booleans() | SHARE | st.none() | st.fixed_dictionaries(LABEL),
            "flow": st.fixed_dictionaries({"name": TEXT, "policy": TEXT}, optional={"step": TEXT}),
        },
    )


@settings(max_examples=40, deadline=None)
@given(rows())
def test_what_is_read_is_written_as_it_was_read(row: dict[str, Any]) -> None:
    read = from_json(row)

    again = from_json(json.loads(json.dumps(to_json(read), allow_nan=False)))

    assert to_json(again) == to_json(read)
    assert (again.candidates, again.labels, again.nobody) == (read.candidates, read.labels, read.nobody)
    assert again.turn == read.turn
    assert again.tiers == read.tiers
    assert again.seconds == pytest.approx(dict(read.seconds), abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.lists(rows(), max_size=5, unique_by=lambda row: row["id"]))
def test_a_file_of_choices_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, found: list[dict[str, Any]]
) -> None:
    file = tmp_path_factory.mktemp("choices") / "all.choices.jsonl"
    choices = [from_json(row) for row in found]

    count = write_choices(choices, file)

    assert count == len(choices)
    assert [to_json(choice) for choice in read_choices(file)] == [
        to_json(from_json(json.loads(json.dumps(to_json(choice))))) for choice in choices
    ]


@settings(max_examples=40, deadline=None)
@given(JSON | st.dictionaries(st.sampled_from(["id", "text", "candidates", "history", "flow", "at", "nobody"]), JSON))
def test_whatever_stands_in_a_line_is_a_choice_or_a_mistake(row: Any) -> None:
    try:
        found = from_json(row)
    except NotAChoice:
        return
    assert to_json(from_json(to_json(found))) == to_json(found)


def write(tmp_path: Path, *lines: Any) -> Path:
    file = tmp_path / "made.choices.jsonl"
    told = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    file.write_text("\n".join(told) + "\n", encoding="utf-8")
    return file


def problems(file: Path) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        read_choices(file)
    return [str(problem).replace(f"{file}:", "") for problem in caught.value.problems]


MINIMAL = {"id": 1, "text": "hi", "candidates": [{"policy": "rules", "text": "Hello!", "score": 1, "right": True}]}


def test_a_few_keys_are_enough_by_hand(tmp_path: Path) -> None:
    chinese = {"id": "二", "text": "几点开门？", "candidates": [{"policy": "faq", "text": "九点。", "score": 0.4}]}
    nobody = {"id": "3", "text": "sing!", "candidates": [], "nobody": True, "comment": "out of scope"}

    first, second, third = read_choices(write(tmp_path, MINIMAL, "", chinese, nobody))

    assert (first.id, first.conversation, first.labels) == ("1", "1", (Label(1.0),))
    assert (second.turn.text, second.candidates[0].text, second.labels) == ("几点开门？", "九点。", (None,))
    assert (third.candidates, third.nobody) == ((), Label(1.0))


def test_every_mistake_of_a_file_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        MINIMAL,
        {"text": "hi", "candidates": [{"policy": "faq", "text": "x", "score": 7}, {"policy": "", "score": 0.5}]},
        "{not json",
        {**MINIMAL, "id": "2", "chosen": 3},
        [1, 2],
        MINIMAL,
    )

    told = "\n".join(problems(file))

    assert "2: id: is missing." in told
    assert "2: candidates[0].score: is 7, and has to be a number from 0 to 1." in told
    assert "2: candidates[1].text: is missing." in told
    assert "2: candidates[1].policy: is empty." in told
    assert "3: this is not JSON" in told
    assert "4: chosen: is 3, and has to be a whole number from 0 to 0" in told
    assert "5: needs an object in braces" in told
    assert "6: id: the id '1' is taken by line 1" in told


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"candidates": [{**MINIMAL["candidates"][0], "rigth": 1}]}, "candidates[0].rigth: this key is not known"),  # type: ignore[index]
        ({"candidates": [{**MINIMAL["candidates"][0], "right": 2}]}, "candidates[0].right: is 2"),  # type: ignore[index]
        ({"candidates": [{**MINIMAL["candidates"][0], "right": "yes"}]}, "candidates[0].right: is 'yes'"),  # type: ignore[index]
        ({"candidates": {"policy": "faq"}}, "candidates: is not a list"),
        ({"candidates": ["faq"]}, "candidates[0]: is not an object"),
        ({"at": "yesterday"}, "at: 'yesterday' is no time"),
        ({"at": 3}, "at: is not a text"),
        ({"history": [{"who": "dog", "text": "x"}]}, "history[0].who: 'dog' is nobody"),
        ({"history": "hi"}, "history: is not a list"),
        ({"flow": {"policy": "flows"}}, "flow.name: is missing"),
        ({"tiers": {"rules": -1}}, "tiers.rules: is -1, and has to be a whole number from 0"),
        ({"seconds": {"rules": "1s"}}, "seconds.rules: is '1s'"),
        ({"propensity": 1.5}, "propensity: is 1.5"),
        ({"nobody": "yes"}, "nobody: is neither true nor false"),
        ({"chosen": True}, "chosen: is True"),
        ({"costs": {"llm": 10**400}}, "costs.llm: is a number of too many digits"),
        ({"annotations": []}, "annotations: is not an object"),
        ({"id": " "}, "id: is empty"),
    ],
)
def test_a_mistake_is_told_with_its_place_in_the_line(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    assert told in "\n".join(problems(write(tmp_path, {**MINIMAL, **change})))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xfe\x00", "1: this is not UTF-8 text"),
        (b"SQLite format 3\x00\x10", "1: this is not UTF-8 text"),
        (b'{"id": "caf\xe9"}', "1: this is not UTF-8 text"),
        (b'{"id": NaN}', "1: this is not JSON: NaN"),
        (b'{"id": 1, "id": 2}', "1: this is not JSON: the key 'id' stands there twice"),
        (b"[" * 100_000, "1: the line is nested too deeply"),
        (b"x" * 10_000_002 + b"\n{}", "1: the line is longer than"),
        (b'{"id": ' + b"9" * 5000 + b"}", "1: this is not JSON"),
    ],
)
def test_a_file_that_is_none_is_told_and_not_shown_as_a_traceback(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "made.choices.jsonl"
    file.write_bytes(content)

    assert told in "\n".join(problems(file))


def test_a_file_that_is_not_there_or_a_folder_is_told(tmp_path: Path) -> None:
    assert "is a directory" in "\n".join(problems(tmp_path))
    assert "there is no such file" in "\n".join(problems(tmp_path / "missing.choices.jsonl"))


def test_of_a_file_full_of_mistakes_the_first_are_told(tmp_path: Path) -> None:
    told = problems(write(tmp_path, *["{}"] * 500))

    assert len(told) < 80
    assert "there may be more" in told[-1]


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    file = tmp_path / "made.choices.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(MINIMAL).encode())

    assert [choice.id for choice in read_choices(file)] == ["1"]


def test_what_json_cannot_hold_is_left_out_and_everything_else_is_written(tmp_path: Path) -> None:
    choice = from_json(MINIMAL)
    odd = replace(
        choice,
        turn=replace(choice.turn, annotations={"fine": {"label": "x"}, "nan": math.nan, "object": object()}),
        candidates=(replace(choice.candidates[0], features={"good": 1.5, "nan": math.nan, "huge": 10**400}),),
    )
    lone = replace(odd.candidates[0], text="broken \ud83d surrogate")
    file = tmp_path / "odd.choices.jsonl"

    write_choices([replace(odd, candidates=(lone,))], file)

    (read,) = read_choices(file)
    assert read.turn.annotations == {"fine": {"label": "x"}}
    assert read.candidates[0].features == {"good": 1.5}
    assert read.candidates[0].text == "broken \ufffd surrogate"


def test_a_file_that_cannot_be_written_to_its_end_leaves_the_one_before(tmp_path: Path) -> None:
    file = tmp_path / "made.choices.jsonl"
    write_choices([from_json(MINIMAL)], file)

    def interrupted() -> Any:
        yield replace(from_json(MINIMAL), id="2")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_choices(interrupted(), file)

    assert [choice.id for choice in read_choices(file)] == ["1"]
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_the_order_of_tiers_and_what_was_known_by_then_survive(tmp_path: Path) -> None:
    row = {
        "id": "1",
        "text": "hi",
        "chosen": 1,
        "candidates": [
            {"policy": "rules", "text": "a", "score": 1, "tier": 0, "right": 0},
            {"policy": "llm", "text": "b", "score": 1, "tier": 1, "right": 1},
        ],
        "tiers": {"faq": 0},
    }

    (choice,) = read_choices(write(tmp_path, row))

    assert choice.tiers == {"rules": 0, "llm": 1, "faq": 0}
    first: Choice = choice.up_to(0)
    assert ([candidate.policy for candidate in first.candidates], first.labels, first.chosen) == (
        ["rules"],
        (Label(0.0),),
        None,
    )
    assert choice.up_to(1) == choice
