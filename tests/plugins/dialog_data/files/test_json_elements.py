"""One huge JSON document, element by element."""

import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.configuration import ConfigurationError
from dialog_core.interfaces import Skipped
from dialog_data.files import json_elements, json_window
from dialog_data.files.json_elements import read_elements
from dialog_data.files.problems import FileProblems


def read(path: Path, content: str | bytes, **options: Any) -> list[tuple[Any, int]]:
    """Return values, with their keys if they have such, and their lines."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    problems = FileProblems(path)
    found = list(read_elements(problems, **options))
    problems.finish()
    return [((one.key, one.value) if one.key is not None else one.value, one.line) for one in found]


def told(path: Path, content: str | bytes, **options: Any) -> list[str]:
    with pytest.raises(ConfigurationError) as raised:
        read(path, content, **options)
    return [str(problem).replace(f"{path.parent}/", "") for problem in raised.value.problems]


def skipping(path: Path, content: str | bytes) -> tuple[list[Any], Skipped]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    skipped = Skipped()
    problems = FileProblems(path, skipped)
    return [one.value for one in read_elements(problems)], skipped


@pytest.fixture(params=[1, 3, 1 << 20], ids=["a byte at a time", "three bytes", "a megabyte"])
def path(request: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file that is read in pieces of some size: values, texts and characters may be cut anywhere."""
    monkeypatch.setattr(json_window, "CHUNK", request.param)
    return tmp_path / "a.json"


def test_elements_come_with_the_lines_they_begin_on(path: Path) -> None:
    content = '[1, -23.5e+1,\n\n  {"a": [true, null]}, "x\\"]y",\r\n"ä\\ud83d\\ude00"\n]\n'
    assert read(path, content) == [(1, 1), (-235.0, 1), ({"a": [True, None]}, 3), ('x"]y', 3), ("ä😀", 4)]


def test_entries_of_a_mapping_come_with_their_keys(path: Path) -> None:
    assert read(path, '{"a": {"x": 1},\n"b":\n[2]}') == [(("a", {"x": 1}), 1), (("b", [2]), 2)]
    assert read(path, "{}") == read(path, " [ ] ") == []


def test_what_stands_under_a_key_is_read_and_the_rest_passed_over(path: Path) -> None:
    content = '{"version": "1.1", "notes": ["]}", {"data": [0]}],\n"data": [1,\n2], "more": {"a": "\\"}"}}'
    assert read(path, content, under="data") == [(1, 2), (2, 3)]
    assert read(path, '{"a": {"b": {"c": 5}}}', under=("a", "b")) == [(("c", 5), 1)]
    assert "there is nothing under 'data'" in told(path, '{"datum": []}', under="data")[0]
    assert "there is nothing under 'data'" in told(path, "[]", under="data")[0]


CUT_OFF = ["[1, [2", '{"a": {"b": 1}', '["abc', '["abc\\', "[1", "[1,", "[", '{"a"', '{"a":', "[1, tru", '["\\u00']


@pytest.mark.parametrize("content", CUT_OFF)
def test_a_file_that_was_cut_off_is_told_as_such(path: Path, content: str) -> None:
    (problem,) = told(path, "\n" + content)
    assert problem.startswith("a.json:2:")
    assert "the file ends in the middle of its JSON. It was cut off: get the whole file." in problem


MISTAKES = {
    "": "a.json:1:1: the file is empty",
    "  \n": "the file is empty",
    "5": "a.json:1:1: needs a JSON list or mapping",
    "[1\n2]": "a.json:2:1: this is not JSON: Expecting ',' or ']'",
    "[1,\n  nix, 2, 3, 4, 5, 6, 7, 8, 9]": "a.json:2:3: this is not JSON: Expecting value",
    '[1,\n  {"a" 1}, 2, 3, 4, 5, 6, 7, 8, 9]': "a.json:2:8: this is not JSON: Expecting ':' delimiter",
    "{1: 2}": "a.json:1:2: this is not JSON: Expecting a key in double quotes",
    "[1] [2]": "a.json:1:5: there is more behind the end",
    '{"a": 1}\n{"a": 2}\n': "a.json:2:1: there is more behind the end of the JSON. Of one JSON value on each line,",
    "[NaN]": "NaN is not JSON",
    "[-Infinity, 1]": "-Infinity is not JSON",
    "[1e999]": "the number 1e999 is too large",
    '[{"a": 1, "a": 2}]': "the key 'a' stands there twice",
    '{"a": 1,\n\n"a": 2}': "a.json:3:1: the key 'a' stands there twice: first on line 1",
    "[" + "1" * 5000 + "]": "Exceeds the limit",
    '["a\nb", "further behind"]': "a.json:1:4: this is not JSON: Invalid control character",
}


@pytest.mark.parametrize(("content", "expected"), MISTAKES.items(), ids=range(len(MISTAKES)))
def test_every_mistake_is_told_where_it_is(path: Path, content: str, expected: str) -> None:
    (problem,) = told(path, content)
    assert expected in problem


def test_what_is_wrong_is_passed_over_and_what_follows_is_read(path: Path) -> None:
    content = '[1, [NaN, "]"], {"a": 1, "a": 2},\n nix, {"deep": [[{"x" 1}]]}, "ok", [2]]'
    values, skipped = skipping(path, content)
    assert values == [1, "ok", [2]]
    assert skipped.count == 4
    assert [problem.line for problem in skipped.problems] == [1, 1, 2, 2]


def test_what_stands_before_the_cut_is_kept_where_mistakes_are_passed_over(path: Path) -> None:
    values, skipped = skipping(path, '[{"a": 1}, {"b": 2}, {"c": ')
    assert values == [{"a": 1}, {"b": 2}]
    assert skipped.count == 1


def test_bytes_that_are_no_text_cost_the_element_they_stand_in(path: Path) -> None:
    content = b'\xef\xbb\xbf["a",\r\n "b \xff", "\xe4\xbd\xa0"]'
    assert "a.json:2:5: this is not UTF-8 text" in told(path, content)[0]
    values, skipped = skipping(path, content)
    assert values == ["a", "你"]
    assert skipped.count == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_says_how_to_read(path: Path, encoding: str) -> None:
    assert read(path, '["ä", "😀"]'.encode(encoding)) == [("ä", 1), ("😀", 1)]


BOMBS = {
    "lists": "[" * 2_000_000,
    "mappings": '{"a":' * 400_000,
    "closed": "[1, " + "[" * 200_000 + "]" * 200_000 + "]",
    "mixed": '[1, [{"a": ' * 50_000,
    "not so deep": "[" * 102 + "]" * 102,
}


@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS)
def test_what_is_nested_to_do_harm_is_refused(tmp_path: Path, content: str) -> None:
    (problem,) = told(tmp_path / "a.json", content)
    assert "nested too deeply: more than 100" in problem
    skipping(tmp_path / "a.json", content)  # comes back


def test_as_deep_as_data_ever_is_can_be_read(tmp_path: Path) -> None:
    assert len(read(tmp_path / "a.json", "[" * 101 + "]" * 101)) == 1


def test_an_element_beyond_all_measure_is_refused_before_it_is_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_elements, "MAX_ELEMENT", 10_000)
    monkeypatch.setattr(json_window, "CHUNK", 1_000)
    content = '[1,\n"' + "x" * 1_000_000 + '", [2]]'
    assert "a.json:2:1: one element is longer than 10,000 characters" in told(tmp_path / "a.json", content)[0]
    assert skipping(tmp_path / "a.json", content)[0] == [1, [2]]


def test_memory_grows_with_the_largest_element_and_not_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    element = json.dumps({"turns": [{"role": "user", "text": "x" * 1000}] * 10})
    with path.open("w") as file:
        file.write("{" + ",\n".join(f'"{number}": {element}' for number in range(3000)) + "}")
    assert path.stat().st_size > 30_000_000
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_elements(FileProblems(path))) == 3000
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(
    st.lists(json_values, max_size=6) | st.dictionaries(st.text(), json_values, max_size=6),
    st.integers(1, 9),
    st.sampled_from([None, 1]),
    st.booleans(),
)
def test_whatever_json_writes_is_read_as_json_reads_it(
    tmp_path_factory: pytest.TempPathFactory, value: Any, chunk: int, indent: int | None, ascii: bool
) -> None:
    path = tmp_path_factory.mktemp("json") / "a.json"
    path.write_text(json.dumps(value, indent=indent, ensure_ascii=ascii), encoding="utf-8", errors="replace")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_window, "CHUNK", chunk)
        found = list(read_elements(FileProblems(path)))
    expected = json.loads(path.read_text(encoding="utf-8"))
    got: Any = {one.key: one.value for one in found} if isinstance(value, dict) else [one.value for one in found]
    assert got == expected
