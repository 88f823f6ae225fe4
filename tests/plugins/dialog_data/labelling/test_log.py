"""The log of decisions: nothing is lost, nobody overwrites anybody, and what is taken back is gone."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import EntitySpan
from dialog_data.labelling.decision import Decision, NotADecision, as_row, from_row
from dialog_data.labelling.log import DecidedMeanwhile, LabelLog, LabelsOf
from tests.plugins.dialog_data.labelling.logs import TEXTS, decision, written

CITY = (EntitySpan(4, 10, "city", "to", "Berlin, Germany"),)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "labels.jsonl"


def complaint(path: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        LabelLog(path)
    return str(caught.value).replace(f"{path.parent}/", "")


def test_a_decision_is_there_again_when_the_log_is_opened_again(path: Path) -> None:
    said = replace(decision("fly Berlin", "fly", entities=CITY), note="unsure: ‘fly’?")
    stored = LabelLog(path).append(said, TEXTS, over=None)

    again = LabelLog(path).history

    assert again.decisions() == [stored]
    assert again.heads == [TEXTS]
    assert stored.line == 2


def test_a_log_that_nobody_has_written_to_is_no_file(path: Path) -> None:
    assert LabelLog(path).history.decisions() == []
    assert not path.exists()


def test_what_is_taken_back_is_gone_from_the_file(path: Path) -> None:
    log = LabelLog(path)
    log.append(decision("one"), TEXTS, over=None)
    before = path.read_bytes()
    second = log.append(decision("two"), TEXTS, over=None)

    log.take_back(second)

    assert path.read_bytes() == before
    assert [one.text for one in log.history.decisions()] == ["one"]
    log.append(decision("three"), TEXTS, over=None)
    assert [one.text for one in LabelLog(path).history.decisions()] == ["one", "three"]


def test_where_others_have_written_since_what_is_taken_back_does_not_count(path: Path) -> None:
    mine, theirs = LabelLog(path), LabelLog(path)
    said = mine.append(decision("one"), TEXTS, over=None)
    theirs.append(decision("one", "cancel", "bob"), TEXTS, over=None)

    mine.take_back(said)

    assert [(one.annotator, one.label) for one in LabelLog(path).history.decisions()] == [("bob", "cancel")]
    with pytest.raises(DecidedMeanwhile):
        mine.take_back(said)


def test_two_annotators_write_into_one_log_and_neither_overwrites_the_other(path: Path) -> None:
    ann, bob = LabelLog(path), LabelLog(path)
    ann.append(decision("one", "book"), TEXTS, over=None)
    bob.append(decision("one", "cancel", "bob"), TEXTS, over=None)
    ann.append(decision("two", "book"), TEXTS, over=None)

    said = {(one.text, one.annotator): one.label for one in LabelLog(path).history.decisions()}

    assert said == {("one", "ann"): "book", ("one", "bob"): "cancel", ("two", "ann"): "book"}
    assert path.read_text().count('"labels": 1') == 1


def test_a_decision_under_the_same_name_in_another_window_is_not_overwritten(path: Path) -> None:
    one, other = LabelLog(path), LabelLog(path)
    first = one.append(decision("one", "book"), TEXTS, over=None)

    with pytest.raises(DecidedMeanwhile, match="another window") as caught:
        other.append(decision("one", "cancel"), TEXTS, over=None)

    assert caught.value.decision == first
    other.append(decision("one", "cancel"), TEXTS, over=first)
    assert [said.label for said in LabelLog(path).history.decisions()] == ["cancel"]


def test_somebody_elses_taking_back_is_noticed(path: Path) -> None:
    one, other = LabelLog(path), LabelLog(path)
    one.append(decision("one"), TEXTS, over=None)
    last = one.append(decision("two", "a label that is long enough to be cut in the middle"), TEXTS, over=None)
    other.append(decision("three", annotator="bob"), TEXTS, over=None)
    one.take_back(last)
    third = other.history.last(("id of three", "three", "bob"))
    assert third is not None
    other.take_back(third)
    one.append(decision("four", "x"), TEXTS, over=None)
    other.append(decision("five", "y", "bob"), TEXTS, over=None)

    assert [said.text for said in LabelLog(path).history.decisions()] == ["one", "four", "five"]


@pytest.mark.parametrize("cut", [1, 10, 40])
def test_a_line_that_was_half_written_is_taken_out_and_told(path: Path, cut: int) -> None:
    written(path, decision("one"), decision("two"))
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut] if cut > 1 else whole + b'{"text": "thr')

    log = LabelLog(path)

    assert log.repaired.startswith('{"text": "t')
    assert [one.text for one in log.history.decisions()] == (["one", "two"] if cut == 1 else ["one"])
    log.append(decision("four"), TEXTS, over=None)
    assert all(json.loads(line) for line in path.read_text().splitlines())


def test_a_whole_line_without_its_end_is_kept(path: Path) -> None:
    written(path, decision("one"))
    path.write_bytes(path.read_bytes().rstrip(b"\n"))

    log = LabelLog(path)
    log.append(decision("two"), TEXTS, over=None)

    assert not log.repaired
    assert [one.text for one in LabelLog(path).history.decisions()] == ["one", "two"]


def test_a_log_whose_very_first_line_was_half_written_begins_anew(path: Path) -> None:
    path.write_text('{"labels": 1, "fi')
    log = LabelLog(path)
    log.append(decision("one"), TEXTS, over=None)
    assert [one.text for one in LabelLog(path).history.decisions()] == ["one"]


@pytest.mark.parametrize("content", ["text,intent\nhi,greet\n", '{"text": "hi", "intent": "greet"}\n', "hi", "[1]"])
def test_a_file_that_is_no_log_is_left_as_it_is(path: Path, content: str) -> None:
    path.write_text(content)
    assert complaint(path).startswith("labels.jsonl:1: is no log of labels. Name another file")
    assert path.read_text() == content


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("{oops", "this is not JSON"),
        ("[]", "needs an object"),
        ('{"text": "a", "annotator": "ann", "at": "x"}', "has no 'id'"),
        ('{"text": "a", "annotator": "ann", "at": "x", "id": "1"}', "has neither 'intent' nor 'entities'"),
        ('{"text": "a", "annotator": "ann", "at": "x", "id": "1", "intent": 7}', "'intent' is not a text"),
        ('{"text": "a", "annotator": "ann", "at": "x", "id": "1", "intent": "b", "entities": 3}', "an entity needs"),
        (
            '{"text": "a", "annotator": "ann", "at": "x", "id": "1", '
            '"entities": [{"start": 0, "end": 9, "entity": "b"}]}',
            "an entity from 0 to 9 is not in the text",
        ),
        ('{"undo": true, "id": "1", "text": "a", "annotator": "ann"}', "takes back what nobody has said"),
    ],
)
def test_a_damaged_line_is_told_with_its_place_and_nothing_is_changed(path: Path, line: str, wrong: str) -> None:
    written(path, decision("one"))
    path.write_text(f"{path.read_text()}{line}\n{path.read_text().splitlines()[1].replace('one', 'two')}\n")
    before = path.read_text()

    told = complaint(path)

    assert told.startswith(f"labels.jsonl:3: {wrong}")
    assert "Correct the line or remove it." in told
    assert path.read_text() == before


def test_blank_lines_do_not_matter(path: Path) -> None:
    written(path, decision("one"))
    path.write_text(path.read_text() + "\n  \n")
    log = LabelLog(path)
    log.append(decision("two"), TEXTS, over=None)
    assert len(LabelLog(path).history.decisions()) == 2


def test_a_file_that_has_changed_is_noted_with_the_next_decision(path: Path) -> None:
    written(path, decision("one"))
    other = LabelsOf("chats.txt", 4, "decaf")
    LabelLog(path).append(decision("four"), other, over=None)
    assert LabelLog(path).history.heads == [TEXTS, other]


def test_a_place_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be written"):
        LabelLog(tmp_path).append(decision("one"), TEXTS, over=None)


def test_nothing_of_a_decision_that_does_not_fit_on_the_disk_stays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = LabelLog(written(path, decision("one")))
    before = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(ConfigurationError, match="No space left on device"):
            log.append(decision("two"), TEXTS, over=None)

    assert path.read_bytes() == before
    log.append(decision("two"), TEXTS, over=None)
    assert len(LabelLog(path).history.decisions()) == 2


# --- Whatever happens, in whatever order ------------------------------------------------------------------------------

texts = st.sampled_from(["one", "two", "three", "三", "a\nb\u2028c", '"{}"'])
names = st.sampled_from(["ann", "bob"])
steps = st.one_of(
    st.tuples(st.just("decide"), names, texts, st.sampled_from(["book", "cancel", "取消"])),
    st.tuples(st.just("undo"), names, texts, st.just("")),
    st.tuples(st.just("reopen"), names, st.just(""), st.just("")),
    st.tuples(st.just("tear"), names, st.just(""), st.just("")),
)


@given(st.lists(steps, max_size=40))
def test_the_log_says_what_was_decided_and_not_taken_back(
    tmp_path_factory: pytest.TempPathFactory, todo: Sequence[tuple[str, str, str, str]]
) -> None:
    path = tmp_path_factory.mktemp("log") / "labels.jsonl"
    logs = {"ann": LabelLog(path), "bob": LabelLog(path)}
    expected: dict[tuple[str, str], list[str]] = {}
    for what, name, text, label in todo:
        log = logs[name]
        said = expected.setdefault((text, name), [])
        last = log.history.last((f"id of {text}", text, name))
        match what:
            case "decide":
                log.append(decision(text, label, name), TEXTS, over=last)
                said.append(label)
            case "undo" if said:
                assert last is not None
                log.take_back(last)
                said.pop()
            case "reopen":
                logs[name] = LabelLog(path)
            case "tear" if path.exists():
                with path.open("ab") as file:
                    file.write(b'{"text": "half a li')  # somebody's machine stops

    found = {(one.text, one.annotator): one.label for one in LabelLog(path).history.decisions()}

    assert found == {key: said[-1] for key, said in expected.items() if said}


@given(
    st.text(min_size=1).filter(str.strip),
    st.one_of(st.none(), st.text(min_size=1).filter(str.strip)),
    st.text(),
    st.booleans(),
)
def test_a_decision_comes_back_from_its_line(text: str, label: str | None, note: str, skipped: bool) -> None:
    entities = (EntitySpan(0, 1, "x", "y", "z"),) if label is None and not skipped else None
    said = Decision("1", text, "ann", "2026", label, entities, skipped, note, line=7)
    try:
        line = json.dumps(as_row(said))
    except UnicodeEncodeError:
        return
    assert from_row(json.loads(line), 7) == said


def test_overlapping_entities_are_no_decision() -> None:
    row = as_row(decision("Berlin city", entities=(EntitySpan(0, 6, "a"), EntitySpan(3, 8, "b"))))
    with pytest.raises(NotADecision, match="overlap"):
        from_row(row, 1)
