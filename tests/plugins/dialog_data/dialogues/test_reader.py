import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import Dialogue, DialogueAct
from dialog_core.testing import NASTY_TEXTS, make_context
from dialog_core.text import repair_text

Read = Callable[[str, str | bytes], list[Dialogue]]


def _read(path: Path, content: str | bytes) -> list[Dialogue]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    context = make_context("llm")
    found = list(context.create("reader", "dialogues").read(path))
    assert path in context.files
    return found


@pytest.fixture
def read(tmp_path: Path) -> Read:
    return lambda name, content: _read(tmp_path / name, content)


@pytest.fixture
def problems(read: Read, tmp_path: Path) -> Callable[[str, str | bytes], list[str]]:
    def told(name: str, content: str | bytes) -> list[str]:
        with pytest.raises(ConfigurationError) as raised:
            read(name, content)
        return [str(problem).replace(f"{tmp_path}/", "") for problem in raised.value.problems]

    return told


def said(dialogue: Dialogue) -> list[tuple[str, str]]:
    return [(turn.role, turn.text) for turn in dialogue.turns]


CHAT = [("system", "Be kind."), ("user", "hi"), ("bot", "Hello!")]
FORMS = {
    "ours": '{"turns": [{"role": "system", "text": "Be kind."}, {"role": "user", "text": "hi"}, '
    '{"role": "bot", "text": "Hello!"}]}',
    "as short as in YAML": '{"turns": [{"system": "Be kind."}, {"user": "hi", "bot": "Hello!"}]}',
    "chat endpoints": '{"messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "hi"}, '
    '{"role": "assistant", "content": [{"type": "text", "text": "Hel"}, {"type": "text", "text": "lo!"}]}]}',
    "ShareGPT": '{"system": "Be kind.", "conversations": [{"from": "human", "value": "hi"}, '
    '{"from": "gpt", "value": " Hello!\\n"}]}',
}


@pytest.mark.parametrize("line", FORMS.values(), ids=FORMS)
def test_the_usual_forms_of_json_lines_say_the_same(read: Read, line: str) -> None:
    (dialogue,) = read("chat.jsonl", f"\ufeff\n{line}\r\n\n")
    assert said(dialogue) == CHAT
    assert dialogue.id == "chat:2"
    assert dialogue.metadata == {"line": 2}


@pytest.mark.parametrize(
    "content",
    [
        "- turns:\n    - {role: system, text: Be kind.}\n    - user: hi\n      bot: Hello!\n",
        "dialogues:\n  - - system: Be kind.\n    - user: hi\n    - bot: |\n        Hello!\n",
        "- messages:\n    - {role: system, content: Be kind.}\n    - {from: human, value: hi}\n    - gpt: Hello!\n",
    ],
)
def test_yaml_may_be_long_or_short(read: Read, content: str) -> None:
    (dialogue,) = read("chat.yaml", content)
    assert said(dialogue) == CHAT


def test_what_else_stands_there_becomes_metadata(read: Read) -> None:
    turn = '{"role": "user", "text": "hi", "act": "greet"}'
    (one,) = read("a.jsonl", f'{{"id": 7, "domain": "food", "metadata": {{"lang": "en"}}, "turns": [{turn}]}}')
    assert (one.id, one.metadata) == ("7", {"domain": "food", "lang": "en", "line": 1})
    assert one.turns[0].metadata == {"act": "greet"}
    (two,) = read("a.yaml", "- id: x\n  domain: food\n  turns: [{role: user, text: hi, act: greet}]\n")
    assert (two.id, two.metadata["domain"], two.turns[0].metadata) == ("x", "food", {"act": "greet"})


def test_what_actions_returned_is_told_from_instructions(read: Read) -> None:
    calls = '{"role": "assistant", "content": null, "tool_calls": [{"id": "1"}]}'
    (one,) = read("a.jsonl", f'{{"messages": [{calls}, {{"role": "tool", "content": "42", "tool_call_id": "1"}}]}}')
    assert said(one) == [("bot", ""), ("system", "42")]
    assert one.turns[0].metadata == {"tool_calls": [{"id": "1"}]}
    assert one.turns[1].metadata == {"tool_call_id": "1", "role": "tool"}


def test_numbers_of_yaml_are_read_as_they_are_written(read: Read) -> None:
    (one,) = read("a.yaml", "- turns: [{user: 007}, {bot: 1.10}, {user: ''}]\n")
    assert said(one) == [("user", "007"), ("bot", "1.10"), ("user", "")]


def test_a_large_file_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(FORMS["ours"] + "\n" + "no json\n", encoding="utf-8")
    reading = iter(make_context("llm").create("reader", "dialogues").read(path))
    assert said(next(reading)) == CHAT  # before the second line was looked at
    with pytest.raises(ConfigurationError, match="this is not JSON"):
        next(reading)


LINES = {
    '{"turns": [{"role": "usr", "text": "hi"}]}': "a.jsonl:1:1: the role 'usr' is not known. Did you mean 'user'?",
    '{"turns": [{"role": 3, "text": "hi"}]}': "the role 3 is not known. Roles: user, bot, system",
    '{"turns": []}': "the dialogue has no turns",
    '{"turns": "hi"}': "'turns' needs a list of turns",
    '{"turn": []}': "has none of 'turns', 'messages' and 'conversations'",
    '{"turns": [["user", "hi"]]}': "turns[0]: a turn needs an object in braces",
    '{"turns": [{"text": "hi"}]}': "turns[0]: the turn has no 'role'",
    '{"turns": [{"usr": "hi"}]}': "turns[0]: the turn has no 'role'",
    '{"turns": [{"user": 5}]}': "turns[0]: what is said is not a text",
    '{"turns": [{"role": "user"}]}': "turns[0]: the turn has no text",
    '{"turns": [{"role": "user", "text": 5}]}': "turns[0]: what is said is not a text",
    '{"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}': "messages[0]: what is said is not a text",
    '{"id": "", "turns": [{"role": "user", "text": "hi"}]}': "id: the id is not a text",
    '{"id": true, "turns": [{"role": "user", "text": "hi"}]}': "id: the id is not a text",
    "[]": "needs an object in braces",
    "": "there are no dialogues",
}


@pytest.mark.parametrize(("line", "told"), LINES.items(), ids=range(len(LINES)))
def test_every_mistake_of_a_line_is_told(
    problems: Callable[[str, str | bytes], list[str]], line: str, told: str
) -> None:
    (problem,) = problems("a.jsonl", line)
    assert told in problem
    assert problem.startswith("a.jsonl:1:1: ")


YAML = {
    "- user: hi\n  bot: hello\n": "a.yaml:1:3: this is a turn, and a dialogue is wanted. Write `- turns:`",
    "- turns: []\n": "a.yaml:1:10: the dialogue has no turns",
    "- id: 3\n": "a.yaml:1:3: needs a list of turns",
    "- hi\n": "needs a list of turns",
    "dialogs: []\n": "needs a list of dialogues",
    "- turns:\n    - hi\n": "a.yaml:2:7: this is no turn",
    "- turns:\n    - user:\n": "there is no text",
    "- turns:\n    - user: [a]\n": "this is not a text",
    "- turns:\n    - user: yes\n    - bot: true\n": "a.yaml:3:12: this is not a text",
    "- turns:\n    - {role: user, txt: a}\n": "a.yaml:2:7: the turn has no 'text'",
    "- turns:\n    - bott: hello\n": "a.yaml:2:1: the role 'bott' is not known. Did you mean 'bot'?",
    "": "the file is empty",
    "[]": "there are no dialogues",
}


@pytest.mark.parametrize(("content", "told"), YAML.items(), ids=range(len(YAML)))
def test_every_mistake_of_a_yaml_file_is_told(
    problems: Callable[[str, str | bytes], list[str]], content: str, told: str
) -> None:
    (problem,) = problems("a.yaml", content)
    assert told in problem


def test_all_mistakes_are_told_at_once_with_their_lines(problems: Callable[[str, str | bytes], list[str]]) -> None:
    turns = '"turns": [{"role": "user", "text": "hi"}]'
    found = problems("a.jsonl", f'{{"id": "a", {turns}}}\n{{"id": "a", {turns}}}\n{{"turns": []}}\n{{{turns}\n')
    assert [problem.partition(": ")[0] for problem in found] == ["a.jsonl:2:1", "a.jsonl:3:1", "a.jsonl:4:43"]
    assert "the id 'a' is taken by what stands on line 1" in found[0]


def test_files_of_other_kinds_are_refused(problems: Callable[[str, str | bytes], list[str]]) -> None:
    assert "there are no dialogues" in problems("a.json", "[]")[0]
    assert "Known endings: .jsonl" in problems("a.txt", "hi")[0]
    assert "not UTF-8" in problems("a.jsonl", FORMS["ours"].encode("utf-8").replace(b"hi", b"h\xff"))[0]


@pytest.mark.parametrize("text", NASTY_TEXTS.values(), ids=NASTY_TEXTS)
def test_whatever_people_say_is_read(tmp_path: Path, text: str) -> None:
    if len(text) > 500_000:
        text = text[:500_000]
    (one,) = _read(tmp_path / "a.jsonl", json.dumps({"turns": [{"role": "user", "text": text}]}))
    assert one.turns[0].text == text.strip()


@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(["user", "bot", "system"]), st.text()), min_size=1, max_size=4),
        min_size=1,
        max_size=4,
    )
)
def test_what_is_written_is_read_again(tmp_path_factory: Any, dialogues: list[list[tuple[str, str]]]) -> None:
    rows = [{"turns": [{"role": role, "text": text} for role, text in turns]} for turns in dialogues]
    content = "\n".join(json.dumps(row) for row in rows)
    found = _read(tmp_path_factory.mktemp("written") / "a.jsonl", content)
    wanted = [[(role, repair_text(text).strip()) for role, text in turns] for turns in dialogues]
    assert [said(dialogue) for dialogue in found] == wanted


ACTS = '[{"act": "inform", "domain": "hotel", "slot": "area", "value": "east"}, {"act": "greet"}]'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "a.jsonl",
            f'{{"turns": [{{"role": "user", "text": "hi", "acts": {ACTS}, "state": {{"hotel-area": ["east"]}}, '
            '"mood": "good", "metadata": {"a": 1}}]}',
        ),
        (
            "a.yaml",
            f"- turns:\n  - role: user\n    text: hi\n    acts: {ACTS}\n    state: {{hotel-area: [east]}}\n"
            "    mood: good\n    metadata: {a: 1}\n",
        ),
    ],
)
def test_acts_and_states_are_read_and_whatever_else_is_metadata(read: Read, name: str, content: str) -> None:
    (dialogue,) = read(name, content)
    (turn,) = dialogue.turns
    assert turn.acts == (DialogueAct("inform", "hotel", "area", "east"), DialogueAct("greet"))
    assert turn.state == {"hotel-area": ["east"]}
    assert turn.metadata == {"mood": "good", "a": 1}


def test_acts_and_states_of_another_kind_stay_somebodys_own(read: Read) -> None:
    (dialogue,) = read("a.jsonl", '{"turns": [{"role": "user", "text": "hi", "acts": "greet", "state": "CA"}]}')
    assert dialogue.turns[0].metadata == {"acts": "greet", "state": "CA"}


@pytest.mark.parametrize(
    "act", ['"greet"', '{"slot": "x"}', '{"act": 5}', '{"act": "a", "value": 5}', '{"act": "a", "x": ""}']
)
def test_what_is_no_act_is_told(problems: Callable[[str, str | bytes], list[str]], act: str) -> None:
    (problem,) = problems("a.jsonl", f'{{"turns": [{{"role": "user", "text": "hi", "acts": [{act}]}}]}}')
    assert problem.startswith("a.jsonl:1:1: acts[0]: this is no act. Write")


ONE = '"turns": [{"role": "user", "text": "hi"}]'
MANY_MISTAKES = [
    f'{{"id": "a", {ONE}}}',
    "no json",
    f'{{"id": "a", {ONE}}}',
    '{"turns": [{"role": "user", "text": "hi"}, {"role": "nobody", "text": "x"}, {"role": "bot"}]}',
    '{"turns": []}',
    f'{{"id": "b", {ONE}}}',
    f'{{"id": true, {ONE}}}',
    '{"turns": [{"role": "user", "text": "\ud800"}]}'.encode("utf-8", "surrogatepass"),
    f'{{"id": "c", {ONE}}}',
]


def test_what_is_wrong_is_passed_over_where_it_may_be(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in MANY_MISTAKES))
    reader = make_context().create("reader", {"use": "dialogues", "on_error": "skip"})
    assert [dialogue.id for dialogue in reader.read(path)] == ["a", "b", "c"]
    assert reader.skipped.count == 6
    assert [problem.line for problem in reader.skipped.problems] == [2, 3, 4, 5, 7, 8]
    reading = iter(make_context().create("reader", "dialogues").read(path))
    assert next(reading).id == "a"
    with pytest.raises(ConfigurationError) as raised:
        next(reading)
    assert {problem.line for problem in raised.value.problems} == {2, 3, 4, 5, 7, 8}


def test_yaml_that_is_wrong_is_passed_over_too(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("- turns: []\n- turns: [{user: hi}, {nobody: x}]\n- user: hi\n- turns: [{user: hi}]\n")
    reader = make_context().create("reader", {"use": "dialogues", "on_error": "skip"})
    assert [said(dialogue) for dialogue in reader.read(path)] == [[("user", "hi")]]
    assert reader.skipped.count == 3


def test_a_file_without_one_sound_dialogue_is_refused_even_so(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"turns": []}\n{"turns": []}\n')
    reader = make_context().create("reader", {"use": "dialogues", "on_error": "skip"})
    with pytest.raises(ConfigurationError, match="there are no dialogues") as raised:
        list(reader.read(path))
    assert len(raised.value.problems) == 3


def test_what_may_be_odd_and_is_no_mistake_is_read(read: Read) -> None:
    rows = [
        '{"turns": [{"role": "bot", "text": "hello"}]}',
        '{"turns": [{"role": "user", "text": "hi"}, {"role": "user", "text": "are you there?"}]}',
        '{"turns": [{"role": "user", "text": ""}, {"role": "bot", "text": "   "}]}',
    ]
    assert [said(dialogue) for dialogue in read("a.jsonl", "\r\n".join(rows))] == [
        [("bot", "hello")],
        [("user", "hi"), ("user", "are you there?")],
        [("user", ""), ("bot", "")],
    ]


@pytest.mark.parametrize("content", [f"[\n{{{ONE}}},\n{{{ONE}}}]", f"{{{ONE}}}\n{{{ONE}}}\n"])
def test_what_is_called_json_may_be_a_list_or_lines(read: Read, content: str) -> None:
    assert [said(dialogue) for dialogue in read("a.json", content)] == [[("user", "hi")]] * 2


def test_a_mapping_gives_ids(read: Read) -> None:
    assert [(one.id, one.metadata["line"]) for one in read("a.json", f'{{"x": {{{ONE}}},\n"y": {{{ONE}}}}}')] == [
        ("x", 1),
        ("y", 2),
    ]


def test_one_dialogue_alone_is_told_what_it_lacks(problems: Callable[[str, str | bytes], list[str]]) -> None:
    (problem,) = problems("a.json", f'{{\n"id": "a",\n{ONE}\n}}')
    assert "is one dialogue alone. Put it into a list" in problem


def test_archives_and_folders_are_read_file_by_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("train.jsonl", f'{{"id": "a", {ONE}}}\n')
        archive.writestr("test.yaml", "- {id: b, turns: [{user: hi}]}\n")
        archive.writestr("README.txt", "nothing to see here")
    context = make_context()
    assert [one.id for one in context.create("reader", "dialogues").read(tmp_path / "a.zip")] == ["b", "a"]
    with zipfile.ZipFile(tmp_path / "a.zip", "a") as archive:
        archive.writestr("valid.jsonl", f'{{"id": "a", {ONE}}}\n')
    with pytest.raises(ConfigurationError, match=r"a.zip/valid.jsonl:1:1: id: the id 'a' stands there twice"):
        list(context.create("reader", "dialogues").read(tmp_path / "a.zip"))


def test_bombs_are_refused(problems: Callable[[str, str | bytes], list[str]]) -> None:
    for bomb in ("[" * 100_000, '{"a":' * 100_000, '{"turns": ' + "[" * 50_000 + "]" * 50_000 + "}"):
        assert "nested too deeply" in problems("a.jsonl", bomb)[0]
        assert "nested too deeply" in problems("a.json", bomb)[0] or "no dialogues" in problems("a.json", bomb)[0]
