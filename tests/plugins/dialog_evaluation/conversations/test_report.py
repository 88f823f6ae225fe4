import io

from rich.console import Console

from dialog_evaluation.conversations.outcome import Line, Mismatch, Outcome
from dialog_evaluation.conversations.report import TestReport
from tests.plugins.dialog_evaluation.outcomes import located

WRONG = Mismatch(
    "bot", '"Bye for now!"', '"Bye \x1b[2J\u202efor later!"', ("Bye for now!", "Bye \x1b[2J\u202efor later!")
)
FAILED = Outcome(
    located("farewell"),
    "failed",
    0.5,
    1,
    (WRONG,),
    conversation=(Line("user", "bye\x1b]0;title\x07"), Line("bot (rules)", "Bye\nfor later!")),
    why=("rules: the best", "rules: proposed"),
)


def shown(outcome: Outcome, *, colours: bool = False) -> str:
    console = Console(
        file=io.StringIO(),
        width=80,
        force_terminal=colours,
        color_system="truecolor" if colours else None,
        markup=False,
    )
    report = TestReport(console, verbose=True)
    report.files([outcome])
    report.failure(outcome)
    report.summary([outcome], 0.5)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_failure_reads_from_top_to_bottom() -> None:
    assert [line.rstrip() for line in shown(FAILED).splitlines()] == [
        "shop.tests.yaml  1 failed",
        "  FAILED  farewell",
        "",
        "FAILED  farewell",
        "shop.tests.yaml:4: step 2 of 2, user: bye",
        "  bot",
        '    expected  "Bye for now!"',
        '    got       "Bye for later!"',
        "  The conversation:",
        "    user: bye",
        "    bot (rules): Bye",
        "                 for later!",
        "  Why: rules: the best",
        "    rules: proposed",
        "",
        "1 failed in 0.5 s",
    ]


def test_on_a_terminal_what_differs_is_marked_and_nothing_untrusted_steers_it() -> None:
    text = shown(FAILED, colours=True)
    assert "\x1b[1;7;32mnow" in text
    assert "\x1b[2J" not in text
    assert "\x1b]0" not in text
    assert "\u202e" not in text


def test_what_looks_like_markup_is_only_text() -> None:
    outcome = Outcome(located("[bold]name[/bold]"), "error", error="[red]no[/red]")
    assert "[bold]name[/bold]" in shown(outcome)
    assert "[red]no[/red]" in shown(outcome)
