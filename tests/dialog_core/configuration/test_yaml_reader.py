"""What a YAML file may be, and what is said about one that is not."""

from __future__ import annotations

import copy
import os
import pickle
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialog_core.configuration import ConfigurationError, LocatedStr, Problem, parse_yaml, read_yaml
from dialog_core.configuration import composer as composer_module

FILE = Path("bot.yaml")


@pytest.fixture(params=["LibYAML", "PyYAML"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every test runs on the fast parser and on the one that is everywhere."""
    if request.param == "PyYAML":
        monkeypatch.setattr(composer_module, "_Loader", yaml.SafeLoader)
    elif not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without LibYAML")
    return str(request.param)


def problems_of(text: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(ConfigurationError) as caught:
        parse_yaml(text, FILE)
    return caught.value.problems


def only_problem_of(text: str | bytes) -> Problem:
    problems = problems_of(text)
    assert len(problems) == 1, problems
    return problems[0]


def place(problem: Problem) -> tuple[int | None, int | None]:
    return problem.line, problem.column


# --- values


def test_words_that_yaml_1_1_would_change_stay_as_they_were_written() -> None:
    words = (
        "yes no on off Yes NO y n 007 1_000 0x10 0o17 +5 -0 1.10 1e5 1.0e+3 .5 5. .inf -.inf nan .nan 12:30 1:2:3 "
        "2026-01-31 2026-01-31T10:00:00Z 0.80 00 -01 = inf -inf tRUE nULL"
    ).split()

    assert parse_yaml("".join(f"- {word}\n" for word in words)).plain() == words


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("42", 42),
        ("-3", -3),
        ("123456789012345678", 123456789012345678),
        ("1.5", 1.5),
        ("-0.25", -0.25),
        ("0.0", 0.0),
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("'42'", "42"),
        ('"true"', "true"),
        ("'~'", "~"),
        ("|\n    42", "42"),
        ("!!str 42", "42"),
        ("!!int 42", 42),
        ("!!float 42", 42.0),
        ("!!float 1.0e+3", 1000.0),
        ("!!null null", None),
    ],
)
def test_scalars_become_what_yaml_1_2_says(text: str, value: Any) -> None:
    result: Any = parse_yaml(f"key: {text}").plain()

    assert result == {"key": value}
    assert type(result["key"]) is (LocatedStr if isinstance(value, str) else type(value))


def test_a_key_without_a_value_is_null() -> None:
    assert parse_yaml("a:\nb:\n").plain() == {"a": None, "b": None}


@pytest.mark.parametrize("digits", [19, 5_000, 100_000])
def test_a_huge_integer_stays_text(digits: int) -> None:
    number = "9" * digits

    assert parse_yaml(f"serial: {number}").plain() == {"serial": number}


def test_keys_are_always_text() -> None:
    assert parse_yaml("1.10: a\ntrue: b\n~: c\nyes: d\n2026-01-01: e\n").plain() == {
        "1.10": "a",
        "true": "b",
        "~": "c",
        "yes": "d",
        "2026-01-01": "e",
    }


def test_a_scalar_remembers_its_style_and_text() -> None:
    node = parse_yaml("a: True\nb: 'True'\n")

    assert (node.find(["a"]).plain_style, node.find(["a"]).source) == (True, "True")
    assert (node.find(["b"]).plain_style, node.find(["b"]).source) == (False, "True")


def test_every_value_and_key_knows_its_place() -> None:
    node = parse_yaml("greeting: hi\npolicies:\n  - name: faq\n    use:   bm25\n  - {name: 你好, use: faiss}\n", FILE)

    assert node.position == (FILE, 1, 1)
    assert node.find(["greeting"]).position == (FILE, 1, 11)
    assert node.find(["policies"]).position == (FILE, 3, 3)
    assert node.find(["policies", 0]).position == (FILE, 3, 5)
    assert node.find(["policies", 0, "use"]).position == (FILE, 4, 12)
    assert node.find(["policies", 1, "use"]).position == (FILE, 5, 21)
    assert node.key_position("policies") == (FILE, 2, 1)
    assert node.find(["policies", 1]).key_position("use") == (FILE, 5, 16)
    assert node.key_position("nothing") == node.position


def test_strings_carry_the_file_that_names_them() -> None:
    plain: Any = parse_yaml("path: [faq.yaml]", FILE).plain()

    assert plain == {"path": ["faq.yaml"]}
    assert plain["path"][0].file == FILE


def test_a_string_keeps_its_file_when_it_is_copied() -> None:
    text: Any = parse_yaml("faq.yaml", FILE).plain()

    for copied in (copy.deepcopy(text), pickle.loads(pickle.dumps(text))):
        assert (copied, copied.file) == ("faq.yaml", FILE)


def test_an_alias_repeats_a_value() -> None:
    assert parse_yaml("a: &x {k: [1, 2]}\nb: *x\n").plain() == {"a": {"k": [1, 2]}, "b": {"k": [1, 2]}}


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffa: ü\r\nb: 1\r\n".encode(),
        b"\xff\xfe" + "a: ü\nb: 1\n".encode("utf-16-le"),
        b"\xfe\xff" + "a: ü\nb: 1\n".encode("utf-16-be"),
        "--- # start\na: ü\nb: 1\n...\n".encode(),
    ],
)
def test_byte_order_marks_and_document_marks_change_nothing(content: bytes) -> None:
    assert parse_yaml(content).plain() == {"a": "ü", "b": 1}


# --- mistakes


def test_a_duplicate_key_is_refused_with_both_lines() -> None:
    problem = only_problem_of("bot:\n  name: a\n  language: en\n  name: b\n")

    assert str(problem) == (
        "bot.yaml:4:3: bot.name: duplicate key, given on line 2 and again on line 4. Remove one of them."
    )


def test_every_mistake_of_a_file_is_reported_at_once() -> None:
    problems = problems_of(
        "a: 1\na: 2\nbase: &base {x: 1}\nb: {<<: *base, y: 2}\nc: !!python/name:os.system x\nd: *nobody\n"
        "[e]: 1\nf: 'x\n"
    )

    assert [(place(problem), problem.path) for problem in problems] == [
        ((2, 1), "a"),
        ((4, 5), "b"),
        ((5, 4), "c"),
        ((6, 4), "d"),
        ((7, 1), ""),
        ((8, 4), ""),
    ]


def test_mistakes_are_reported_up_to_a_number_that_somebody_reads() -> None:
    assert len(problems_of("a: 1\n" * 5_000)) == composer_module.MAX_PROBLEMS


def test_merge_keys_are_refused_with_what_to_write_instead() -> None:
    problem = only_problem_of("base: &base {x: 1}\nbot:\n  <<: *base\n")

    assert place(problem) == (3, 3)
    assert "merge keys" in problem.message
    assert problem.remedy == "Write the keys out, or use `extends`."


@pytest.mark.parametrize("key", ["'<<'", '"<<"'])
def test_a_quoted_merge_key_is_an_ordinary_key(key: str) -> None:
    assert parse_yaml(f"{key}: text").plain() == {"<<": "text"}


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("a: !!python/object/apply:os.system ['true']", 4),
        ("a: !!python/object:builtins.object {}", 4),
        ("a: !!python/tuple [1]", 4),
        ("a: !!python/name:os.system x", 4),
        ("a: !!set {b}", 4),
        ("a: !!binary aGk=", 4),
        ("a: !!timestamp 2026-01-01", 4),
        ("a: !custom b", 4),
        ("a: !<tag:example.org,2026:x> b", 4),
        ("!!python/name:os.system a: b", 1),
    ],
)
def test_tags_beyond_plain_data_are_refused(text: str, column: int) -> None:
    problem = problems_of(text)[0]

    assert place(problem) == (1, column)
    assert "is not allowed" in problem.message


def test_a_tag_that_does_not_fit_its_value_is_refused() -> None:
    problem = only_problem_of("a: !!int many")

    assert (place(problem), problem.message) == ((1, 4), "the tag `!!int` does not fit the value 'many'")


def test_an_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]

    problem = only_problem_of("\n".join(lines))

    assert "repeat more than 100,000 values" in problem.message
    assert problem.line is not None


def test_a_merge_bomb_is_refused() -> None:
    lines = ["a0: &a0 {k: v}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 9)]

    assert any("merge keys" in problem.message for problem in problems_of("\n".join(lines)))


@pytest.mark.parametrize("text", ["a: &a [*a]", "a: &a {b: {c: *a}}", "&a [*a]"])
def test_a_value_that_holds_itself_is_refused(text: str) -> None:
    assert only_problem_of(text).message == "`*a` repeats a value inside itself"


def test_aliases_cannot_build_a_depth_that_brackets_cannot() -> None:
    text = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 100))

    assert "levels deep" in only_problem_of(text).message


@pytest.mark.parametrize(
    "text",
    [
        "[" * 50_000,
        "{a: " * 50_000,
        "- " * 50_000,
        "[{a: " * 25_000,
        "? " * 50_000,
        "a: " + "[" * 50_000 + "]" * 50_000,
        "".join(f"{' ' * n}a{n}:\n" for n in range(2_000)),
        "".join(f"{' ' * n}-\n" for n in range(2_000)),
    ],
    ids=["lists", "mappings", "block lists", "both", "keys", "closed", "block mappings", "dashes on lines"],
)
def test_a_depth_bomb_is_refused(text: str) -> None:
    assert any("levels deep" in problem.message for problem in problems_of(text))


def test_the_deepest_file_allowed_is_read() -> None:
    depth = composer_module.MAX_DEPTH
    plain = parse_yaml("[" * depth + "]" * depth).plain()

    for _ in range(depth - 1):
        assert isinstance(plain, list)
        (plain,) = plain
    assert plain == []


def test_too_many_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composer_module, "MAX_NODES", 100)

    assert only_problem_of("- x\n" * 101).message == "more than 100 values"
    assert only_problem_of("- []\n" * 101).message == "more than 100 values"


def test_a_second_document_is_refused() -> None:
    problem = only_problem_of("a: 1\n---\nb: 2\n")

    assert (place(problem), "second document" in problem.message) == ((2, 1), True)


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "\ufeff"])
def test_an_empty_file_is_said_to_be_empty(text: str) -> None:
    assert str(only_problem_of(text)) == "bot.yaml:1:1: the file is empty. Write at least one `key: value` line."


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a:\n\tb: 1\n", (2, 1)),
        ("a:\n  b: 1\n  \tc: 2\n", (3, 3)),
        ("a:\n\t- b\n", (2, 1)),
        ("a: b\n\tc: d\n", (2, 1)),
    ],
)
def test_tabs_are_named_as_the_cause(text: str, where: tuple[int, int]) -> None:
    problem = only_problem_of(text)

    assert place(problem) == where
    assert "tab" in problem.message
    assert "spaces" in problem.remedy


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("a: @b", (1, 4), "cannot begin with this character"),
        ("a: 50% off: now", (1, 11), "`: ` is not allowed here"),
        ("a: 1\nb: 'open\nc: 2\n", (2, 4), "quotes opened here are not closed"),
        ('a: "\\q"', None, "backslash in double quotes"),
        ('a: "\\ud800"', None, ""),
        ('a: "\\U00110000"', None, ""),
        ("a:\n  - b\n c: d\n", (3, 2), "does not fit the lines above it"),
        ("a: *bold*", None, ""),
        ("a: &", (1, 5), "`*` and `&`"),
        ("a: | text\n", (1, 6), "begins on the next line"),
        ("a: ]", (1, 4), "a value is missing"),
        ("a: 1\n- b\n", (2, 1), ""),
        ("a: - b\n", (1, 4), "list item"),
        ("a: {b: 1\nc: 2\n", None, "`{`"),
        ("a: [b, c\nd: 2\n", None, "opened on line 1 with `[`"),
        ("plain\nb: c\n", (2, 2), "see that the line above is whole"),
        ("{a: 1}\nb: 2\n", (2, 1), "does not belong"),
        ("a: !foo!x y", (1, 4), "begins with `!`"),
        ("*a", (1, 1), "nothing above is called `&a`"),
        ("*a : b", (1, 1), "cannot be a key"),
        ("?\n: b", (1, 2), "key before the colon is missing"),
        ("? [a]\n: b", (1, 3), "a key must be plain text"),
    ],
)
def test_mistakes_in_the_notation_are_explained_in_plain_words(
    text: str, where: tuple[int, int] | None, words: str
) -> None:
    problem = problems_of(text)[0]

    assert words in str(problem)
    assert "<" not in problem.message.replace("<<", "")
    assert where is None or place(problem) == where


def test_a_control_character_is_named_with_its_place() -> None:
    problem = only_problem_of("a: 1\nb: x\x07y\n")

    assert str(problem).startswith("bot.yaml:2:5: the invisible character U+0007 is not allowed in YAML")


@pytest.mark.parametrize("content", [b"PK\x03\x04\0\0\xff\xfe", b"a: \0", b"\x80\0", "a: 1\n".encode("utf-32")])
def test_a_binary_file_is_said_to_be_binary(content: bytes) -> None:
    assert only_problem_of(content).message == "is a binary file, not text"


def test_text_in_another_encoding_is_named_with_its_place() -> None:
    problem = only_problem_of("a: 1\nb: über\n".encode("latin-1"))

    assert str(problem) == "bot.yaml:2:4: this is not UTF-8 text. Save the file as UTF-8 text."


# --- files


def problem_of_file(path: Path) -> Problem:
    with pytest.raises(ConfigurationError) as caught:
        read_yaml(path)
    (problem,) = caught.value.problems
    return problem


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "bot.yaml"
    file.write_text("name: Aria\n", encoding="utf-8")

    node = read_yaml(file)

    assert (node.plain(), node.file) == ({"name": "Aria"}, file)


def test_a_missing_file_is_named_with_the_likely_right_one(tmp_path: Path) -> None:
    (tmp_path / "knowledge.yaml").touch()

    problem = problem_of_file(tmp_path / "knowlege.yaml")

    assert problem.message == "there is no such file"
    assert problem.remedy == "Did you mean 'knowledge.yaml'?"
    assert problem_of_file(tmp_path / "nowhere" / "bot.yaml").remedy == "Its directory cannot be found either."


def test_a_directory_is_not_read(tmp_path: Path) -> None:
    problem = problem_of_file(tmp_path)
    assert (problem.message, problem.remedy) == ("is a directory, not a file", "Name a file in it.")
    (tmp_path / "bot.yaml").touch()
    assert problem_of_file(tmp_path).remedy == f"Did you mean {tmp_path / 'bot.yaml'}?"


def test_a_file_of_50_megabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    with file.open("wb") as stream:
        stream.truncate(50 * 1024 * 1024)

    assert problem_of_file(file).message == "has 50.0 MB, and the limit is 10.0 MB"


def test_a_file_that_is_longer_than_it_says_is_refused() -> None:
    endless = Path("/proc/self/status")  # says that it has 0 bytes
    if not endless.exists():
        pytest.skip("needs a file without a size")

    with pytest.raises(ConfigurationError, match="the limit is 10 bytes"):
        read_yaml(endless, max_bytes=10)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)

    assert problem_of_file(pipe).message == "is not an ordinary file"


@pytest.mark.parametrize("name", ["\0", "x" * 5_000])
def test_a_name_no_file_can_have_is_a_problem(name: str) -> None:
    assert problem_of_file(Path(name)).message.startswith("cannot be read: ")


# --- anything at all

# PyYAML writes the three line breaks of YAML 1.1 so that no parser reads them back, its own included.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x85\u2028\u2029"), max_size=30)
DATA = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18) + 1, 10**18 - 1)
    | TEXT
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)
SYNTAX = st.lists(
    st.sampled_from(
        [*"[]{}:,-?&*!|>'\"%@`#~<=.\\ \t\n\r", ": ", "- ", "? ", "<<: ", "---\n", "...\n", "&a ", "*a", "!!"]
    )
    | st.text(max_size=3),
    max_size=40,
).map("".join)
FAST = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FAST
@given(data=DATA, style=st.sampled_from(['"', None]))
def test_text_written_by_others_is_read_back_unchanged(data: Any, style: str | None) -> None:
    written = yaml.safe_dump(data, default_style=style, allow_unicode=style is None)

    assert without_numbers(parse_yaml(written, FILE).plain(), data) == without_numbers(data, data)


def without_numbers(result: Any, data: Any) -> Any:
    """The result without what was a number in the data: some are kept as text, which is tested elsewhere."""
    if isinstance(data, dict) and isinstance(result, dict):
        return {key: without_numbers(value, data.get(key)) for key, value in result.items()}
    if isinstance(data, list) and isinstance(result, list):
        return [without_numbers(value, original) for value, original in zip(result, data, strict=True)]
    return 0 if isinstance(data, int | float) and not isinstance(data, bool) else result


def check_reading(content: str | bytes) -> None:
    """Reads the content; any exception but the one meant for users fails the test."""
    node, problems = read_or_refuse(content)
    assert (node is None) == bool(problems)
    assert all(str(problem).startswith("bot.yaml:") and "\n" not in str(problem) for problem in problems)


def read_or_refuse(content: str | bytes) -> tuple[Any, tuple[Problem, ...]]:
    try:
        node = parse_yaml(content, FILE)
    except ConfigurationError as error:
        return None, error.problems
    assert texts_know_their_file(node.plain())
    return node, ()


def texts_know_their_file(data: Any) -> bool:
    if isinstance(data, dict | list):
        return all(texts_know_their_file(value) for value in (data.values() if isinstance(data, dict) else data))
    return not isinstance(data, str) or (isinstance(data, LocatedStr) and data.file == FILE)


@FAST
@given(st.text())
def test_any_text_is_read_or_refused(content: str) -> None:
    check_reading(content)


@FAST
@given(st.binary())
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    check_reading(content)


@FAST
@given(SYNTAX)
def test_any_mixture_of_yaml_syntax_is_read_or_refused(content: str) -> None:
    check_reading(content)
