"""Nothing is imported before it is needed."""

import subprocess
import sys

import pytest

from tests.plugins.dialog_terminal.processes import environment

UP_TO_THE_PROMPT = "dialog_terminal.channel, dialog_terminal.history, dialog_terminal.prompt, dialog_terminal.screen"


@pytest.mark.parametrize(
    ("imported", "not_needed"),
    [
        pytest.param("dialog_terminal", "rich prompt_toolkit pydantic", id="to register"),
        pytest.param("dialog_terminal.options", "rich prompt_toolkit", id="to check the options"),
        pytest.param("dialog_terminal.channel, dialog_terminal.plain", "rich prompt_toolkit", id="in a pipe"),
        pytest.param(
            UP_TO_THE_PROMPT,
            "markdown_it pygments rich.markdown rich.table rich.live rich.progress numpy",
            id="to type",
        ),
    ],
)
def test_what_is_not_needed_yet_is_not_imported(imported: str, not_needed: str) -> None:
    code = f"import sys, {imported}; print(*sorted(set({not_needed.split()!r}) & set(sys.modules)))"

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True, timeout=30
    )

    assert done.stdout.strip() == ""
