import contextlib
import socket
from pathlib import Path
from typing import Any

import pytest

from dialog_core.candidate import Candidate
from dialog_core.interfaces import Allow, Refuse, Rewrite
from dialog_core.testing import NASTY_TEXTS, GuardContract, Rubbish, ScriptedGuard
from dialog_core.turn import Turn


def without_nuisance(text: str) -> Any:
    return Rewrite(text.replace("nuisance", "...")) if "nuisance" in text else Allow()


class TestRewritingGuard(GuardContract):
    objectionable = ("you nuisance",)

    def make_guard(self, tmp_path: Path) -> ScriptedGuard:
        return ScriptedGuard(
            input=lambda turn: without_nuisance(turn.text),
            output=lambda turn, candidate: without_nuisance(candidate.text),
            streams=True,
        )


class TestRefusingAsyncGuard(GuardContract):
    objectionable = ("fire!",)

    def make_guard(self, tmp_path: Path) -> ScriptedGuard:
        return ScriptedGuard(
            input=lambda turn: Refuse("an emergency", "Call 112.") if "fire" in turn.text else Allow(), mode="async"
        )


class Leaver:
    def check_output(self, turn: Turn, candidate: Candidate) -> Allow:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", 9))
        return Allow()


@pytest.mark.parametrize(
    ("guard", "test", "told"),
    [
        (object(), "test_it_looks_at_input_or_output", "a guard has check_input, check_output or both"),
        (ScriptedGuard(input=Refuse("no")), "test_it_lets_harmless_texts_through", "objects to 'hello'"),
        (ScriptedGuard(input=Allow()), "test_it_objects_to_objectionable_texts", "lets 'you nuisance' through"),
        (ScriptedGuard(output=Refuse("")), "test_it_objects_to_objectionable_texts", "a refusal says why"),
        (ScriptedGuard(output=[Allow()] * 4 + [Refuse("no")]), "test_the_same_text_gets_the_same_verdict", ""),
        (ScriptedGuard(output=Rubbish(True)), "test_it_lets_harmless_texts_through", "answered True instead of"),
        (
            ScriptedGuard(
                output=lambda turn, candidate: Refuse("hi") if candidate.text[0] == "?" else Allow(), streams=True
            ),
            "test_a_guard_that_streams_judges_beginnings",
            "IndexError",
        ),
        (Leaver(), "test_it_does_not_leave_the_machine", "getaddrinfo"),
    ],
)
def test_the_contract_finds_what_is_wrong(guard: Any, test: str, told: str, tmp_path: Path) -> None:
    class Contract(GuardContract):
        objectionable = ("you nuisance",)

        def make_guard(self, tmp_path: Path) -> Any:
            return guard

    with pytest.raises(AssertionError, match=told or ".*"):
        getattr(Contract(), test)(tmp_path)


def test_the_contract_finds_texts_a_guard_cannot_stand(tmp_path: Path) -> None:
    class Contract(GuardContract):
        def make_guard(self, tmp_path: Path) -> Any:
            return ScriptedGuard(input=lambda turn: Refuse("no") if b"?" in turn.text.encode("ascii") else Allow())

    with pytest.raises(AssertionError, match="UnicodeEncodeError"):
        Contract().test_it_stands_nasty_texts(tmp_path, NASTY_TEXTS["Chinese"])


def test_a_contract_without_a_guard_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotImplementedError, match="override make_guard"):
        GuardContract().test_it_looks_at_input_or_output(tmp_path)
