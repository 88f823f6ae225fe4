"""`dialog-core test`: hold conversations with a bot, and check what it says."""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dialog_evaluation.cli_options import BotFile

if TYPE_CHECKING:
    from dialog_evaluation.conversations.outcome import Outcome
    from dialog_evaluation.conversations.test_file import LocatedTest

FAILED = 1


def hold_conversations(
    bot: BotFile,
    tests: Annotated[
        list[Path],
        typer.Argument(metavar="TESTS...", help="Files of tests, or folders with *.tests.yaml.", show_default=False),
    ],
    word: Annotated[
        str, typer.Option("-k", metavar="WORD", help="Only tests with this in their name.", show_default=False)
    ] = "",
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=0, help="Conversations held at once; 0: one for each core.")
    ] = 0,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", "-x", help="Stop at the first that fails.")] = False,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write JUnit XML.", show_default=False)
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Name also the tests that pass.")] = False,
) -> None:
    """Hold the conversations of test files with a bot and check what it says.

    Each test begins a new conversation, kept in memory whatever the bot file says. Exit code 1 says that one failed.

    Examples:
      dialog-core test bot.yaml tests/

      dialog-core test bot.yaml tests/returns.tests.yaml -k refund --junit report.xml
    """
    from rich.console import Console

    from dialog_evaluation.conversations.junit import write_junit
    from dialog_evaluation.conversations.report import TestReport
    from dialog_evaluation.conversations.schedule import run_tests
    from dialog_evaluation.conversations.test_file import find_files, read_tests

    started = time.monotonic()
    chosen = _chosen(read_tests(find_files(tests)), word)
    report = TestReport(Console(highlight=False, markup=False, emoji=False), verbose=verbose)
    found: dict[int, Outcome] = {}
    with report.progress(len(chosen)) as progress:
        for outcome in run_tests(bot, chosen, jobs=jobs or os.cpu_count() or 1, fail_fast=fail_fast):
            found[id(outcome.test)] = outcome
            progress.advance(progress.task_ids[0])
    outcomes = [found[id(test)] for test in chosen]
    report.files(outcomes)
    for outcome in outcomes:
        if outcome.bad:
            report.failure(outcome)
    report.summary(outcomes, time.monotonic() - started)
    if junit is not None:
        write_junit(outcomes, junit)
    if any(outcome.bad for outcome in outcomes):
        raise typer.Exit(FAILED)


def _chosen(tests: "list[LocatedTest]", word: str) -> "list[LocatedTest]":
    chosen = [test for test in tests if word.casefold() in test.name.casefold()]
    if not chosen:
        from dialog_core.configuration import ConfigurationError, Problem, did_you_mean

        remedy = did_you_mean(word, (test.name for test in tests))
        raise ConfigurationError([Problem(f"none of the {len(tests)} tests has {word!r} in its name", remedy=remedy)])
    return chosen
