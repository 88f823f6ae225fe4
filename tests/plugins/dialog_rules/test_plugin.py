"""The plugin as the framework sees it: what it registers, what checking finds, what loading costs."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

import dialog_rules
from dialog_core import Registry
from dialog_core.testing import make_context
from dialog_rules.check import check_rules
from dialog_rules.options import RulesOptions
from dialog_rules.policy import RulesPolicy


def test_it_registers_the_policy() -> None:
    registry = Registry().registering("rules")
    dialog_rules.dialog_register(registry)
    registration = registry.get("policy", "rules")
    assert registration.category == "rules"
    assert registration.load() is RulesPolicy
    assert registration.load_options() is RulesOptions
    assert registration.load_check() is check_rules


def test_checking_finds_every_problem_and_builds_nothing(write_rules: Callable[..., Path]) -> None:
    good = write_rules("rules: [{name: a, when: b, say: c}]", "good.yaml")
    bad = write_rules("rules: [{name: a, when: '[b', say: '{{ c }}'}]", "bad.yaml")
    context = make_context("rules")
    problems = list(check_rules(RulesOptions(path=[good, bad]), context))
    assert [(problem.file, problem.line) for problem in problems] == [(bad, 1), (bad, 1)]
    assert context.files == {good, bad}
    assert list(check_rules(RulesOptions(path=good), context)) == []


@pytest.mark.parametrize(
    "options", [{}, {"path": []}, {"path": "x", "candidates": 0}, {"path": "x", "pattern_timeout": 0}]
)
def test_options_that_make_no_sense_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RulesOptions.model_validate(options)


@pytest.mark.parametrize(
    ("text", "imported"),
    [
        ("rules: [{name: a, when: '/[a-z]{2}/', say: c}]", set()),
        ("rules: [{name: a, when: b, say: '{{ slots.c }}'}]", {"jinja2"}),
        ("rules: [{name: a, when: b, if: slots.c, say: c}]", {"jinja2"}),
        ("rules: [{name: a, when: '/(a+)+/', say: c}]", {"regex"}),
    ],
)
def test_what_a_file_does_not_need_is_not_imported(
    write_rules: Callable[..., Path], text: str, imported: set[str]
) -> None:
    path = write_rules(text)
    code = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        "from pathlib import Path\n"
        "from dialog_rules.rules_file import read_rules\n"
        f"read_rules([Path({str(path)!r})])\n"
        "print(*sorted({'jinja2', 'regex'} & set(sys.modules)))"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert set(output.split()) == imported
