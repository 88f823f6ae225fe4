"""`dialog-core test`: hold conversations with a bot, and check what it says."""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dialog_evaluation.conversations.foreign import AnyOutcome, AnyTest
    from dialog_evaluation.conversations.report import TestReport

FAILED = 1


def hold_conversations(
    bot: Annotated[
        Path, typer.Argument(metavar="BOT", help="The bot file (YAML), or a folder with bot.yaml.", show_default=False)
    ],
    tests: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[TESTS]...",
            help="Files of tests, or folders with *.tests.yaml, *.stories.yaml; default: the folder tests beside BOT.",
            show_default=False,
        ),
    ] = None,
    word: Annotated[
        str, typer.Option("-k", metavar="WORD", help="Only tests with this in their name.", show_default=False)
    ] = "",
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=0, help="Conversations held at once; 0: one for each core.")
    ] = 0,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", "-x", help="Stop at the first that fails.")] = False,
    given: Annotated[
        bool, typer.Option("--given", help="Messages mean what story tests say they mean: try what comes next alone.")
    ] = False,
    failed: Annotated[
        Path | None,
        typer.Option(
            "--failed",
            metavar="FILE",
            help="Write the story tests that fail here, each with what happened instead.",
            show_default=False,
        ),
    ] = None,
    rasa_report: Annotated[
        Path | None,
        typer.Option(
            "--rasa-report",
            metavar="FILE",
            help="Compare with what `rasa test` found: story_report.json, or its folder results.",
            show_default=False,
        ),
    ] = None,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write JUnit XML.", show_default=False)
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Name also the tests that pass, and each step of story tests.")
    ] = False,
) -> None:
    """Hold the conversations of test files with a bot and check what it says.

    Each test begins a new conversation, kept in memory whatever the bot file says. Exit code 1 says that one failed.

    Examples:
      dialog-core test bot.yaml tests/

      dialog-core test bot.yaml tests/returns.tests.yaml -k refund --junit report.xml

      dialog-core test my-bot --failed failed.stories.yaml
    """
    from rich.console import Console

    from dialog_core.configuration import refuse_overwriting
    from dialog_evaluation.conversations.files import bot_file, find_files, read_files, tests_of
    from dialog_evaluation.conversations.foreign import known_forms, only_form
    from dialog_evaluation.conversations.junit import write_junit
    from dialog_evaluation.conversations.rasa_report import read_rasa_report
    from dialog_evaluation.conversations.report import TestReport
    from dialog_evaluation.conversations.side_by_side import compare

    started = time.monotonic()
    bot = bot_file(bot)
    forms = known_forms(bot)
    files = find_files(tests or [tests_of(bot)], forms)
    refuse_overwriting([failed, junit], bot, *files)
    chosen = _chosen(read_files(files, forms), word)
    for option, value in (("--failed", failed), ("--rasa-report", rasa_report)):
        if value is not None:
            only_form(chosen, option)
    rasas = read_rasa_report(rasa_report) if rasa_report is not None else None
    report = TestReport(Console(highlight=False, markup=False, emoji=False), verbose=verbose)
    outcomes = _held(bot, chosen, report, jobs=jobs, fail_fast=fail_fast, given=given)
    report.files(outcomes)
    for outcome in outcomes:
        if outcome.bad:
            report.failure(outcome)
    if rasas is not None:
        report.beside_rasa(compare(outcomes, rasas), rasas.path)
    if failed is not None:
        _write_back(outcomes, failed, report)
    report.summary(outcomes, time.monotonic() - started)
    if junit is not None:
        write_junit(outcomes, junit)
    if any(outcome.bad for outcome in outcomes):
        raise typer.Exit(FAILED)


def _held(
    bot: Path, tests: "Sequence[AnyTest]", report: "TestReport", *, jobs: int, fail_fast: bool, given: bool
) -> "list[AnyOutcome]":
    """Hold the tests, and return how each went, in their order."""
    from dialog_evaluation.conversations.schedule import run_tests

    found: dict[int, AnyOutcome] = {}
    jobs = jobs or os.cpu_count() or 1
    with report.progress(len(tests)) as progress:
        for outcome in run_tests(bot, tests, jobs=jobs, fail_fast=fail_fast, given=given):
            found[id(outcome.test)] = outcome
            progress.advance(progress.task_ids[0])
    return [found[id(test)] for test in tests]


def _write_back(outcomes: "Sequence[AnyOutcome]", file: Path, report: "TestReport") -> None:
    """Write the failed tests of the one form there is; a file without tests says that none failed."""
    from dialog_core.configuration import write_output
    from dialog_evaluation.conversations.foreign import ForeignOutcome, only_form

    bad = [one for one in outcomes if isinstance(one, ForeignOutcome) and one.bad]
    form = only_form(one.test for one in outcomes)
    write_output(file, form.format.text_of([one.test.case for one in bad], [one.outcome for one in bad]))
    report.written_back(len(bad), form.name, file)


def _chosen(tests: "list[AnyTest]", word: str) -> "list[AnyTest]":
    from dialog_core.configuration import ConfigurationError, Problem, did_you_mean

    if not tests:
        raise ConfigurationError([Problem("there is no test in these files")])
    chosen = [test for test in tests if word.casefold() in test.name.casefold()]
    if not chosen:
        remedy = did_you_mean(word, (test.name for test in tests))
        raise ConfigurationError([Problem(f"none of the {len(tests)} tests has {word!r} in its name", remedy=remedy)])
    return chosen
