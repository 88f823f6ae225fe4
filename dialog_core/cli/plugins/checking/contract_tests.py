"""Turns suites into classes of tests; a file made by `contracts` puts them where pytest finds them."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dialog_core import testing
from dialog_core.breaker import CircuitBreaker
from dialog_core.cli.plugins.checking.package import package_folder
from dialog_core.cli.plugins.checking.suites import CONTRACTS, DECLARED, Suite, class_name, suites_of
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import DataItem
from dialog_core.dispatch import PolicyRunner
from dialog_core.interfaces import DatasetWriter
from dialog_core.plugins import PluginSet, find_plugin
from dialog_core.testing.checks import run
from dialog_core.testing.turns import make_turn

MOST_MESSAGES = 200  # of those in a package's conversations, to find one that a policy answers


def classes(plugin: str) -> dict[str, type]:
    """Return the classes of tests for everything of a plugin that can be built."""
    suites = suites_of(PluginSet.load([plugin]), plugin, package_folder(find_plugin(plugin)))
    return {
        class_name(number): _class(suite, number)
        for number, suite in enumerate(suites)
        if suite.make is not None and hasattr(testing, CONTRACTS[suite.registration.kind][0])
    }


def _class(suite: Suite, number: int) -> type:
    contract, method = CONTRACTS[suite.registration.kind]
    make = suite.make
    members: dict[str, Any] = {method: lambda self, tmp_path: make(tmp_path) if make is not None else None}
    component = suite.registration.load()
    members.update({name: getattr(component, name) for name in DECLARED if hasattr(component, name)})
    if suite.language != "en":
        members["make_turn"] = lambda self, text: make_turn(text, language=suite.language)
    if suite.registration.kind == "policy":
        members.update(_of_policy(suite))
    elif suite.registration.kind == "guard":
        members["test_it_lets_harmless_texts_through"] = _only_the_author_knows
    elif suite.registration.kind == "reader":
        members["files"] = suite.files
    elif suite.registration.kind == "writer":
        members["make_reader"] = lambda self, tmp_path: None
        members["items"] = _writable(suite, testing.WriterContract.items)
    return type(class_name(number), (getattr(testing, contract),), members)


def _writable(suite: Suite, items: Sequence[DataItem]) -> list[DataItem]:
    """Return the items a writer takes; it may refuse some kinds of what it accepts on the whole."""
    assert suite.make is not None
    writer: DatasetWriter = suite.make(Path())
    accepts = tuple(writer.accepts)

    def takes(item: DataItem) -> bool:
        try:
            writer.write([item], io.StringIO())
        except ConfigurationError:
            return False
        return True

    return [item for item in items if isinstance(item, accepts) and takes(item)]


def _only_the_author_knows(self: Any, tmp_path: Path) -> None:
    pytest.skip("which texts are harmless to it, only its author knows")


def _of_policy(suite: Suite) -> dict[str, Any]:
    """Return what the contract of policies has to be told: a message it answers, if there is one."""
    answered = next(filter(lambda text: _answers(suite, text), suite.messages[:MOST_MESSAGES]), None)
    if answered is not None:
        return {"answers": answered}

    def skipped(self: Any, tmp_path: Path) -> None:
        pytest.skip("no message is known that it answers")

    return {"test_it_answers_a_message_it_has_a_reply_to": skipped}


def _answers(suite: Suite, text: str) -> bool:
    if suite.make is None:
        return False
    try:
        policy = suite.make(Path())
    except Exception:  # its tests tell
        return False
    runner = PolicyRunner("policy", policy, kind="", position=0, timeout=5.0, breaker=CircuitBreaker(1000))
    return bool(run(runner.ask(make_turn(text, language=suite.language), 0)).candidates)
