"""What is told after a training, on a terminal and in a file."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from dialog_core.training import Artefact, Manifest, Outcome
from dialog_core.training.reporting import show_outcomes

REMARK = "the bot was asked about 42 messages; 30 have a right candidate, and 12 are for nobody to answer."


@pytest.mark.parametrize("terminal", [True, False])
def test_remarks_are_cut_between_words_on_a_terminal_and_not_at_all_in_a_file(terminal: bool) -> None:
    file = io.StringIO()
    outcome = Outcome("ranking", "trained", Artefact(Path("models"), Manifest(remarks=(REMARK,))))

    show_outcomes(Console(file=file, width=40, force_terminal=terminal, color_system=None), [outcome])

    told = file.getvalue().partition("ranking:")[2].splitlines()
    assert " ".join(" ".join(told).split()) == REMARK
    assert (len(told) > 1) is terminal
