"""Lines that change are redrawn in place, and what has been settled stays for good."""

from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from dialog_terminal.region import Region
from tests.plugins.dialog_terminal.emulator import Terminal

LINES = st.lists(st.text(alphabet="abc 中", max_size=12), max_size=12)


def region_on(terminal: Terminal) -> Region:
    return Region(terminal.write, terminal.size, lambda line: line.plain)


def texts(*lines: str) -> list[Text]:
    return [Text(line) for line in lines]


def test_new_lines_take_the_place_of_old_ones() -> None:
    terminal = Terminal()
    region = region_on(terminal)

    region.show(texts("looking", "."))
    region.show(texts("Hello"))

    assert terminal.text == "Hello"


def test_what_is_settled_stays_above_what_still_changes() -> None:
    terminal = Terminal()
    region = region_on(terminal)

    region.show(texts("one", "tw"))
    region.show(texts("two, thr"), settle=texts("one"))
    region.show([], settle=texts("two, three"))
    region.close()

    assert terminal.text == "one\ntwo, three"


def test_a_line_that_grows_at_its_end_leaves_the_lines_above_untouched() -> None:
    terminal = Terminal()
    region = region_on(terminal)
    region.show(texts("first", "second"))

    region.show(texts("first", "second grows"))

    assert "first" not in terminal.writes[-1]


def test_nothing_is_written_when_nothing_has_changed() -> None:
    terminal = Terminal()
    region = region_on(terminal)
    region.show(texts("same"))
    written = len(terminal.writes)

    region.show(texts("same"))

    assert len(terminal.writes) == written


def test_of_lines_taller_than_the_screen_the_end_is_shown_and_in_the_end_all_are_there_once() -> None:
    terminal = Terminal(rows=6)
    region = region_on(terminal)
    lines = [f"line {number}" for number in range(20)]

    for count in range(1, 21):
        region.show(texts(*lines[:count]))
    assert terminal.lines[-2] == "line 19"
    region.show([], settle=texts(*lines))

    assert terminal.text.splitlines() == lines


def test_a_terminal_made_narrower_meanwhile_is_cleared_of_the_lines_it_has_broken() -> None:
    terminal = Terminal(columns=20)
    region = region_on(terminal)
    region.show(texts("a line of nineteen."))

    # The terminal breaks the line itself and leaves the cursor below it.
    terminal.columns = 10
    terminal.lines = ["a line of ", "nineteen.", ""]
    terminal.cursor = 2
    region.show(texts("new"))

    assert terminal.text == "new"


def test_everything_can_be_taken_back_while_it_is_on_the_screen() -> None:
    terminal = Terminal(rows=10)
    region = region_on(terminal)
    region.show(texts("growing"), settle=texts("settled", "too"))

    assert region.withdraw() is True
    assert terminal.text == ""


def test_what_has_scrolled_off_cannot_be_taken_back_and_that_is_said() -> None:
    terminal = Terminal(rows=5)
    region = region_on(terminal)
    region.show([], settle=texts(*"abcdefgh"))

    assert region.withdraw() is False
    assert terminal.text == "a\nb\nc\nd"


def test_the_cursor_is_hidden_while_drawing_and_comes_back() -> None:
    terminal = Terminal()
    region = region_on(terminal)

    region.show(texts("drawing"))
    assert not terminal.cursor_visible
    region.close()

    assert terminal.cursor_visible


@given(st.lists(st.tuples(LINES, LINES), max_size=8), st.integers(min_value=4, max_value=20))
def test_whatever_is_shown_the_screen_ends_with_the_settled_lines_and_the_last_visible_ones(
    steps: list[tuple[list[str], list[str]]], rows: int
) -> None:
    terminal = Terminal(rows=rows)
    region = region_on(terminal)
    settled: list[str] = []
    visible: list[str] = []

    for lines, settle in steps:
        region.show(texts(*lines), settle=texts(*settle))
        settled += settle
        visible = lines[-(rows - 2) :]

    shown = [line.rstrip() for line in terminal.lines[: terminal.cursor]]
    assert shown == [line.rstrip() for line in [*settled, *visible]]
