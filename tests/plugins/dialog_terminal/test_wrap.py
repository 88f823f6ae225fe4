"""Lines break where a reader of the language would break them."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dialog_terminal.layout import lines_of
from dialog_terminal.wrap import Wrapped, wrap

TEXTS = st.text(alphabet="ab c,.()\n\t’“”。，（）《》中文字符かな한글é😀👩\u200d\ufe0f-…/")


def wrapped(text: str, width: int) -> list[str]:
    return [line.plain for line in wrap(Text(text), width)]


def test_english_breaks_between_words() -> None:
    assert wrapped("the quick brown fox", 10) == ["the quick", "brown fox"]


def test_an_apostrophe_does_not_divide_a_word() -> None:
    assert wrapped("we don’t know", 8) == ["we don’t", "know"]
    assert wrapped("I don’t", 6) == ["I", "don’t"]


def test_chinese_breaks_between_characters_and_fills_the_line() -> None:
    assert wrapped("请登录您的账户页面选择订单", 12) == ["请登录您的账", "户页面选择订", "单"]


def test_an_english_name_in_a_chinese_sentence_leaves_no_ragged_edge() -> None:
    assert wrapped("登录 My Account 页面选择订单然后退货", 20) == ["登录 My Account 页面", "选择订单然后退货"]


def test_no_line_begins_with_a_full_stop_or_ends_with_an_opening_bracket() -> None:
    assert wrapped("一二三四五。六", 10) == ["一二三四", "五。六"]
    assert wrapped("一二三四（五）", 10) == ["一二三四", "（五）"]
    assert wrapped("一二三四五, 六", 10) == ["一二三四", "五, 六"]


def test_an_address_too_long_for_any_line_is_cut() -> None:
    assert wrapped("see https://example.org/a/b", 10) == ["see", "https://ex", "ample.org/", "a/b"]


def test_line_ends_and_indentation_of_the_text_stay() -> None:
    assert wrapped("one\n\n  two", 10) == ["one", "", "  two"]


def test_styles_survive_the_break() -> None:
    first, second = wrap(Text.assemble(("bold bold", "bold"), " plain"), 5)[:2]

    assert [span.style for span in (*first.spans, *second.spans)] == ["bold", "bold"]


@given(TEXTS, st.integers(min_value=2, max_value=30))
def test_no_line_is_too_wide_and_no_character_is_lost(text: str, width: int) -> None:
    lines = wrapped(text, width)

    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_the_cell_of_a_table_is_broken_in_the_same_way() -> None:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_row("12:00", Wrapped(Text("打开example.cn/orders就能看到。")))

    lines = [line.plain for line in lines_of(table, Console(width=24), 24)]

    assert lines == ["12:00 打开", "      example.cn/orders", "      就能看到。"]
