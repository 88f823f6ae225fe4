"""What every annotator must do, as tests to subclass.

    from dialog_core.testing import AnnotatorContract

    class TestLanguage(AnnotatorContract):
        def make_annotator(self, tmp_path):
            return LanguageAnnotator(LanguageOptions(), make_context("language"))

The tests need pytest and nothing else.
"""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dialog_core.annotating import AnnotatorRunner, annotate
from dialog_core.interfaces import Annotator
from dialog_core.testing.checks import AT_ONCE, no_network, run, written
from dialog_core.testing.nasty_texts import NASTY_TEXTS
from dialog_core.testing.turns import make_turn
from dialog_core.trace import PartReport
from dialog_core.turn import Turn


class AnnotatorContract:
    """Tests for any annotator.

    Attributes:
        messages: What it is asked about.
        timeout: Seconds one call may take.
        uses_network: Whether it talks to a service; see `PolicyContract`.
    """

    messages: Sequence[str] = ("hello", "where is my order 1234?", "Ich komme morgen.", "你好")
    timeout: float = 5.0
    uses_network: bool = False

    def make_annotator(self, tmp_path: Path) -> Annotator:
        """Return a new annotator; what it needs on disk goes below `tmp_path`. Override this."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say how to make its annotator: override make_annotator"
        )

    def make_turn(self, text: str) -> Turn:
        """Return the turn it is asked about, with what earlier annotators have found."""
        return make_turn(text, seconds=3 * self.timeout)

    def test_it_finds_json_values(self, tmp_path: Path) -> None:
        self.find(self.make_annotator(tmp_path), *self.messages)

    @pytest.mark.parametrize("text", NASTY_TEXTS.values(), ids=NASTY_TEXTS)
    def test_it_stands_nasty_texts(self, tmp_path: Path, text: str) -> None:
        self.find(self.make_annotator(tmp_path), text)

    def test_the_same_turn_gives_the_same_findings(self, tmp_path: Path) -> None:
        annotator = self.make_annotator(tmp_path)
        first = self.find(annotator, *self.messages)
        assert self.find(annotator, *self.messages) == first
        assert self.find(self.make_annotator(tmp_path), *self.messages) == first

    def test_it_changes_nothing_it_is_given(self, tmp_path: Path) -> None:
        annotator = self.make_annotator(tmp_path)
        turns = [self.make_turn(text) for text in self.messages]
        before = [written(turn) for turn in turns]
        run(self._annotate_all(annotator, turns))
        assert [written(turn) for turn in turns] == before

    def test_it_does_not_leave_the_machine(self, tmp_path: Path) -> None:
        if self.uses_network:
            pytest.skip("declared to talk to a service")
        annotator = self.make_annotator(tmp_path)
        with no_network() as attempts:
            self.find(annotator, *self.messages)
        assert not attempts

    def test_many_calls_at_once_do_not_mix(self, tmp_path: Path) -> None:
        annotator = self.make_annotator(tmp_path)
        alone = self.find(annotator, *self.messages)

        async def at_once() -> list[list[Any]]:
            turns = [self.make_turn(text) for text in self.messages]
            return await asyncio.gather(*(self._annotate_all(annotator, turns) for _ in range(AT_ONCE // 4)))

        assert run(at_once()) == [alone] * (AT_ONCE // 4)

    def find(self, annotator: Annotator, *texts: str) -> list[Any]:
        """Ask the annotator about each text as the manager does; what it finds must be JSON values."""
        found = run(self._annotate_all(annotator, [self.make_turn(text) for text in texts]))
        for value in found:
            json.dumps(value, allow_nan=False)
        return found

    async def _annotate_all(self, annotator: Annotator, turns: Sequence[Turn]) -> list[Any]:
        runner = AnnotatorRunner.wrap("annotator", annotator, timeout=self.timeout)
        found = []
        for turn in turns:
            reports: list[PartReport] = []
            annotated = await annotate([runner], turn, reports, languages=())
            assert not reports, f"{turn.text!r:.100}: {reports[0].verdict}"
            found.append(annotated.annotations["annotator"])
        return found
