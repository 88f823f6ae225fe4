"""What reports look like: on a terminal and as a page."""

from io import StringIO

import pytest
from rich.console import Console

from dialog_core.testing import NASTY_TEXTS
from dialog_evaluation.report.console_report import print_report
from dialog_evaluation.report.html_report import html_report
from dialog_evaluation.report.report import Report
from tests.plugins.dialog_evaluation.pages import read
from tests.plugins.dialog_evaluation.report.runs import TALKS, answers, dialogue, dialogues, mixed, report_of


def printed(report: Report, width: int) -> str:
    out = StringIO()
    print_report(report, Console(file=out, width=width, highlight=False, markup=False, emoji=False))
    return out.getvalue()


@pytest.fixture(scope="module")
def report() -> Report:
    held = dialogues()
    return report_of(held, answers(held, mixed), dialogues({"seen": TALKS["tuesday"]}))


@pytest.mark.parametrize("width", [80, 120])
def test_the_terminal_shows_remarks_first_and_fits(report: Report, width: int) -> None:
    told = printed(report, width)
    figures = told.partition("Intervals:")[0]
    assert all(len(line.rstrip()) <= width for line in figures.splitlines())
    assert told.startswith("Aria: 10 replies in 4 dialogues of talks.jsonl (teacher-forced)")
    assert told.index("! ") < told.index("BLEU  ") < told.index("Policies: what each would have said")
    for part in ("without", "nearest", "echo", "Fallback", "Time, 95 %", "Far from what people said"):
        assert part in told
    assert "In the training data: 30.0 % of the messages" in told


def test_a_dialogue_with_a_name_as_long_as_a_book_does_not_hide_the_others() -> None:
    held = [dialogue("x" * 5000, TALKS["monday"])]
    told = printed(report_of(held, answers(held, mixed)), 100)
    assert f"{'x' * 59}…, line 1" in told
    assert max(map(len, told.splitlines())) < 1000


def test_the_page_is_sound_and_loads_nothing(report: Report) -> None:
    html = html_report(report)
    page = read(html)
    assert page.addresses == []
    assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
    assert "http" not in html
    assert "url(" not in html
    assert "@import" not in html
    for told in ("Aria · evaluation", "Beside what costs nothing", "fixed reply", "Policies", "Turns to look at"):
        assert told in page.text


def test_every_candidate_and_the_whole_conversation_can_be_read(report: Report) -> None:
    page = read(html_report(report))
    assert "2 turns before" in page.text
    assert "may I bring my dog" in page.text
    assert "nothing fits" in page.text
    assert "% in common" in page.text


def test_what_is_not_known_is_left_out() -> None:
    held = dialogues()
    told = report_of(held, answers(held, mixed))
    assert "training data?" not in read(html_report(told)).text
    assert "leaked" not in printed(told, 100)
    empty = report_of([], [])
    assert "0 replies in 0 dialogues" in read(html_report(empty)).text
    assert "0 replies in 0 dialogues" in printed(empty, 80)


def test_no_text_is_too_odd_to_be_reported() -> None:
    odd = {name: text[:2000] for name, text in NASTY_TEXTS.items() if text.strip()}
    held = [dialogue(f"<b>{name}</b>\x1b[31m", ((text, text),)) for name, text in odd.items()]
    told = report_of(held, answers(held, lambda question, gold: gold[::-1]))
    html = html_report(told)
    page = read(html)
    assert "script" not in page.tags
    assert "&lt;b&gt;" in html
    assert "\x1b" not in html
    assert "\x1b" not in printed(told, 80)
    assert told.to_text().encode()
