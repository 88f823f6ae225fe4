"""Every reader against what files are really like: a format is added by adding it to `FORMATS`."""

import json
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.datasets import DataItem, Dialogue, DialogueTurn, texts_of
from dialog_core.testing import make_context
from tests.plugins.dialog_data.sources.annotated_formats import ANNOTATED
from tests.plugins.dialog_data.sources.formats import TALKS, Format
from tests.plugins.dialog_data.sources.reading import problems_of, read, read_text
from tests.plugins.dialog_data.sources.set_formats import SETS

FORMATS = (*TALKS, *SETS, *ANNOTATED)
MANY = 60


def name_of(format: Format) -> str:
    return f"{format.reader}-{Path(format.name).suffix[1:]}-{FORMATS.index(format)}"


every_format = pytest.mark.parametrize("format", FORMATS, ids=name_of)


def plain(item: DataItem) -> DataItem:
    """Return an item without where it stood."""
    return replace(item, metadata={key: value for key, value in item.metadata.items() if key != "line"})


def turns_of(item: DataItem) -> tuple[DialogueTurn, ...]:
    """Return the turns of a dialogue, which has some; of anything else none."""
    if not isinstance(item, Dialogue):
        return ()
    assert item.turns
    return item.turns


@every_format
def test_every_item_comes_with_the_line_it_begins_on(format: Format, tmp_path: Path) -> None:
    found = read_text(format.reader, tmp_path / format.name, format.text(format.items))
    assert [item.metadata["line"] for item in found] == [format.line(format.items, number) for number in range(3)]


@every_format
def test_the_format_is_recognized_and_no_other_takes_it_for_its_own(format: Format, tmp_path: Path) -> None:
    path = tmp_path / format.name
    path.write_text(format.text(format.items), encoding="utf-8")
    reader = make_context("data").create("reader", "auto")
    assert len(list(reader.read(path))) == 3
    assert reader.format == format.reader


@every_format
@pytest.mark.parametrize("how", ["byte order mark", "CRLF", "UTF-16", "gb18030"])
def test_the_same_is_read_however_a_file_is_saved(format: Format, how: str, tmp_path: Path) -> None:
    text = format.text(format.items)
    expected = read_text(format.reader, tmp_path / "plain" / format.name, text)
    encoding = "utf-8"
    if how == "CRLF":
        text = text.replace("\n", "\r\n")
    elif how == "byte order mark":
        encoding = "utf-8-sig"
    else:
        encoding = how
    options = {"encoding": "gb18030"} if how == "gb18030" else {}
    found = read_text(format.reader, tmp_path / how / format.name, text.encode(encoding), **options)
    assert [repr(plain(item)).replace("\\r\\n", "\\n") for item in found] == [repr(plain(item)) for item in expected]


@every_format
def test_one_bad_item_among_many_is_told_with_its_line_or_passed_over(format: Format, tmp_path: Path) -> None:
    if format.ids:
        items = [*format.items[:2], format.broken, format.items[2]]
    else:
        items = [*format.items * MANY, format.broken, *format.items * MANY]
    bad = items.index(format.broken)
    path = tmp_path / format.name
    path.write_text(format.text(items), encoding="utf-8")
    told = problems_of(format.reader, path)
    line = format.line(items, bad)
    where = [int(problem.split(":")[1]) for problem in told]
    assert where, told
    assert all(line <= one < line + len(format.broken.splitlines()) + 1 for one in where), told
    reader = make_context("data").create("reader", {"use": format.reader, "on_error": "skip"})
    assert len(list(reader.read(path))) == len(items) - 1
    assert reader.skipped.count == 1
    assert [str(problem).replace(f"{tmp_path}/", "") for problem in reader.skipped.problems] == told


@every_format
def test_bytes_that_are_no_text_cost_the_item_they_stand_in(format: Format, tmp_path: Path) -> None:
    path = tmp_path / format.name
    whole = format.text(format.items).encode()
    item = format.items[1].encode()
    *_, word = re.finditer(rb"[a-z]{2}[ .]|[\x80-\xbf]", item)  # the last one of what somebody says
    at = whole.index(item) + word.start()
    path.write_bytes(whole[:at] + b"\xff" + whole[at + 1 :])
    assert any("UTF-8" in problem for problem in problems_of(format.reader, path))
    if format.apart:
        assert len(read(format.reader, path, on_error="skip")) == 2


@every_format
def test_a_file_that_was_cut_off_is_not_taken_for_whole(format: Format, tmp_path: Path) -> None:
    path = tmp_path / format.name
    text = format.text(format.items)
    path.write_text(text[: text.index(format.items[2]) + len(format.items[2]) // 2], encoding="utf-8")
    if format.whole:
        told = problems_of(format.reader, path)
        assert len(told) == 1
        first, end = format.line(format.items, 2), text.count("\n") + 2
        assert first <= int(told[0].split(":")[1]) <= end, told
    assert len(read(format.reader, path, on_error="skip")) >= 2


@every_format
def test_an_empty_file_has_nothing_to_read(format: Format, tmp_path: Path) -> None:
    for content in ("", " \n\n", f"{format.before}{format.after}"):
        path = tmp_path / format.name
        path.write_text(content)
        assert problems_of(format.reader, path)
        assert problems_of(format.reader, path, on_error="skip")


@every_format
def test_a_file_of_another_format_is_refused(format: Format, tmp_path: Path) -> None:
    for other in FORMATS:
        if other.reader != format.reader and not _both(format, other):
            path = tmp_path / str(FORMATS.index(other)) / f"x{Path(other.name).suffix}"
            path.parent.mkdir()
            path.write_text(other.text(other.items), encoding="utf-8")
            assert problems_of(format.reader, path), other
            assert problems_of(format.reader, path, on_error="skip"), other


def _both(format: Format, other: Format) -> bool:
    """Whether whoever names the format has to know: any text is one utterance, any line without a tab a silence."""
    unified = {"camrest", "convlab"}
    return {format.reader, other.reader} <= unified or (format.reader == "dailydialog" and other.name.endswith("txt"))


@every_format
def test_the_same_id_twice_is_a_mistake(format: Format, tmp_path: Path) -> None:
    path = tmp_path / format.name
    items = [format.items[0], format.items[1], format.items[0]]
    path.write_text(format.text(items), encoding="utf-8")
    if not format.ids:
        assert len(read(format.reader, path)) == 3
        return
    (told,) = problems_of(format.reader, path)
    assert int(told.split(":")[1]) == format.line(items, 2)
    assert len(read(format.reader, path, on_error="skip")) == 2


JSON_FORMATS = [format for format in FORMATS if format.name.endswith((".json", ".jsonl"))]


@pytest.mark.parametrize("format", JSON_FORMATS, ids=name_of)
@pytest.mark.parametrize("bomb", ["[" * 50_000 + "]" * 50_000, '{"a":' * 50_000 + "1" + "}" * 50_000], ids=["[", "{"])
def test_a_bomb_of_brackets_is_defused(format: Format, bomb: str, tmp_path: Path) -> None:
    path = tmp_path / format.name
    key = '"bomb": ' if format.before.rstrip().endswith("{") else ""
    items = [format.items[0], f"{key}{bomb}", format.items[1]]
    path.write_text(format.text(items), encoding="utf-8")
    told = problems_of(format.reader, path)
    assert "nested too deeply" in told[0]
    assert int(told[0].split(":")[1]) == format.line(items, 1)
    assert len(read(format.reader, path, on_error="skip")) == 2


@every_format
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), skip=st.booleans())
def test_no_damage_ends_in_a_traceback(format: Format, tmp_path: Path, seed: int, skip: bool) -> None:
    """Pieces are cut out, doubled, or put in another place; what comes out is sound, or there is a message."""
    chance = random.Random(seed)
    content = bytearray(format.text(format.items).encode())
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(content) + 1)
        end = min(len(content), start + chance.choice((1, 2, 7, 60)))
        piece = bytes(content[start:end])
        at = chance.randrange(len(content) + 1)
        match chance.randrange(4):
            case 0:
                del content[start:end]
            case 1:
                content[at:at] = piece
            case 2:
                content[at:at] = chance.choice((b"null", b"{}", b"[]", b"7", b'""', b"\xff", b"\t", b"\n", b"\\ud83d"))
            case _:
                content[start:end] = bytes(reversed(piece))
    path = tmp_path / format.name
    path.write_bytes(content)
    found: list[DataItem] = []
    told: list[Problem] = []
    try:
        found = read(format.reader, path, **({"on_error": "skip"} if skip else {}))
    except ConfigurationError as error:
        told = list(error.problems)
    assert found or told
    assert all(str(problem).startswith(str(path)) for problem in told)
    for item in found:
        assert all(isinstance(text, str) for text in texts_of(item))
        json.dumps(dict(item.metadata))
        for turn in turns_of(item):
            json.dumps(dict(turn.metadata) | dict(turn.state))
            assert all(isinstance(act.value, str) for act in turn.acts)
