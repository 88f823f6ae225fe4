"""Markdown is laid out, and nothing in it can hide where it leads or steer the terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from dialog_terminal.markdown import last_block, render_markdown


def rendered(source: str, width: int = 60) -> str:
    return "\n".join(line.plain for line in render_markdown(source, width))


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        pytest.param("# One\n## Two\ntext", "One\n\nTwo\n\ntext", id="headings"),
        pytest.param("one\ntwo", "one\ntwo", id="line ends stay"),
        pytest.param("**a** *b* ~~c~~ `d`", "a b c d", id="emphasis"),
        pytest.param("- a\n- b\n  - c", "• a\n• b\n  • c", id="a list in a list"),
        pytest.param("- a\n\n- b", "• a\n\n• b", id="a list with gaps"),
        pytest.param("9. a\n10. b", " 9. a\n10. b", id="numbers align"),
        pytest.param("3. a\n4. b", "3. a\n4. b", id="numbers begin where they begin"),
        pytest.param("> a\n> b\n>\n> c", "│ a\n│ b\n│\n│ c", id="a quotation"),
        pytest.param("```python\nx = [1]\n\ny\n```", "  x = [1]\n\n  y", id="code"),
        pytest.param("a\n\n---\n\nb", f"a\n\n{'─' * 24}\n\nb", id="a rule"),
        pytest.param("-", "•", id="an empty item"),
        pytest.param("[terms](https://a.example/t)", "terms (https://a.example/t)", id="a link says where it leads"),
        pytest.param("[https://bank.example](https://evil.example)", "https://bank.example (https://evil.example)",
                     id="a link that lies is found out"),
        pytest.param("<https://a.example>", "https://a.example", id="an address is shown once"),
        pytest.param("<me@a.example>", "me@a.example", id="a mail address is shown once"),
        pytest.param("[](https://a.example)", "https://a.example", id="a link without text"),
        pytest.param("![cat](https://a.example/c.png)", "cat (https://a.example/c.png)", id="a picture"),
        pytest.param("[1]: https://a.example", "[1]: https://a.example", id="a footnote does not vanish"),
        pytest.param("List<String> and <b>bold</b>", "List<String> and <b>bold</b>", id="HTML as it was written"),
        pytest.param("<div>\nx\n</div>", "<div>\nx\n</div>", id="a block of HTML as it was written"),
        pytest.param("[red]x[/red]", "[red]x[/red]", id="the markup of rich as it was written"),
        pytest.param("a &amp; b", "a & b", id="an entity"),
        pytest.param("gpj&#x202e;exe &#8203;x", "gpjexe x", id="an entity that would turn the text round"),
        pytest.param("&#27;[31m", "\N{REPLACEMENT CHARACTER}[31m", id="an entity that would be an ESC"),
    ],
)  # fmt: skip
def test_each_element_is_shown_plainly(source: str, shown: str) -> None:
    assert rendered(source) == shown


def test_columns_align_whatever_the_script() -> None:
    table = rendered("| 名称 | Price |\n|---|---:|\n| 苹果 | 12.50 |\n| pear | 3 |")

    assert table == "名称   Price\n────────────\n苹果   12.50\npear       3"


def test_a_table_too_wide_is_folded_and_loses_nothing() -> None:
    table = rendered("| a | b |\n|---|---|\n| x | " + "long " * 30 + "|", width=40)

    assert table.count("long") == 30
    assert all(cell_len(line) <= 40 for line in table.splitlines())


def test_a_long_item_is_broken_under_its_own_beginning() -> None:
    assert rendered("1. one two three", width=20) == "1. one two three"
    assert rendered("1. " + "word " * 8, width=20) == "1. word word word\n   word word word\n   word word"


def test_a_block_that_is_complete_is_known_before_the_text_is() -> None:
    assert last_block("# Title\n\nText that\ngr") == len("# Title\n\n")
    assert last_block("- a\n- b") == 0
    assert last_block("- a\n\n- b\n\ntext\n") == len("- a\n\n- b\n\n")
    assert last_block("```\ncode\n\nmore") == 0


@given(st.text(alphabet="ab 中\n\t-*>|`#.[](){}<>&;:=~!1\\_\"'", max_size=120), st.integers(min_value=20, max_value=60))
def test_no_markdown_is_an_error_or_too_wide(source: str, width: int) -> None:
    assert all(cell_len(line.plain) <= width for line in render_markdown(source, width))
