import pytest

from dialog_terminal.layout import shortened, unmarked


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("a **bold** word", "a bold word"),
        ("run `make chat`, then __wait__", "run make chat, then wait"),
        ("2 ** 3 ** 4", "2 ** 3 ** 4"),
        ("snake_case and *one*", "snake_case and *one*"),
        ("**open", "**open"),
        ("", ""),
    ],
)
def test_marks_are_taken_off_where_a_reply_is_only_mentioned(markdown: str, plain: str) -> None:
    assert unmarked(markdown) == plain


@pytest.mark.parametrize(
    ("text", "width", "short"),
    [
        ("as it is", 8, "as it is"),
        ("cut between words", 14, "cut between…"),
        ("one\n\nline\tonly", 20, "one line only"),
        ("see https://example.com/a/long/address", 16, "see https://exa…"),
        ("中文在字之间断开", 9, "中文在字…"),
        ("narrow", 1, "na…"),
        ("", 5, ""),
    ],
)
def test_what_is_shortened_is_cut_between_words(text: str, width: int, short: str) -> None:
    assert shortened(text, width) == short
