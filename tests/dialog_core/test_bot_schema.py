"""The JSON Schema of bot files agrees with what the loader accepts."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from dialog_core.bot_schema import bot_schema
from dialog_core.plugins import PluginSet

ROOT = Path(__file__).parents[2]
BOTS = [*sorted((ROOT / "configs").glob("*.yaml")), *sorted((ROOT / "dialog_core/cli/templates").glob("*/bot.yaml"))]


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = bot_schema(PluginSet.load().registry)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def bot(**sections: Any) -> dict[str, Any]:
    return {"version": 1, "policies": [{"use": "rules", "path": "rules.yaml"}], **sections}


@pytest.mark.parametrize("path", BOTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_bot_we_ship_is_valid(validator: Draft202012Validator, path: Path) -> None:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))

    assert [error.message for error in validator.iter_errors(data)] == []


@pytest.mark.parametrize(
    "good",
    [
        bot(store="memory"),
        bot(store={"use": "sqlite", "path": "a.db"}),
        bot(dispatch={"deadline": "300ms", "tiers": [["rules"]]}),
        bot(knowledge={"faq": {"path": "faq.csv"}}),
        bot(extends="base.yaml", plugins="dice"),
        bot(plugins=["dice", {"name": "medical", "optional": True}]),
        bot(observers=[{"use": "audit_log", "path": "audit.jsonl", "optional": True}]),
        bot(profiles={"use": "sqlite", "path": "u.db", "facts": {"name": "Who it is", "age": {"expires": "9d"}}}),
        {"extends": "base.yaml", "fallback": "..."},
    ],
)
def test_it_accepts_what_the_loader_accepts(validator: Draft202012Validator, good: dict[str, Any]) -> None:
    assert validator.is_valid(good)


@pytest.mark.parametrize(
    "bad",
    [
        bot(polices=[]),
        bot(policies=[]),
        bot(policies=[{"use": "rulez"}]),
        bot(policies=[{"use": "rules"}]),
        bot(policies=[{"use": "rules", "path": "rules.yaml", "pth": 1}]),
        bot(dispatch={"accept_at": 2}),
        bot(store={"use": "sqlite"}),
        bot(store="postgres"),
        bot(plugins=[{"optional": True}]),
        bot(observers=[{"use": "audit_lg"}]),
        bot(profiles={"use": "sqlite"}),
        bot(guards=[{"use": "pii", "optional": True}]),
        {"version": 1},
        {"version": 2, "policies": [{"use": "rules", "path": "rules.yaml"}]},
    ],
)
def test_it_refuses_what_the_loader_refuses(validator: Draft202012Validator, bad: dict[str, Any]) -> None:
    assert not validator.is_valid(bad)
