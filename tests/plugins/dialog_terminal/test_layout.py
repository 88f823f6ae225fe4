import pytest

from dialog_terminal.layout import unmarked


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
