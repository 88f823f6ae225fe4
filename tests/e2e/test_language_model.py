"""The shop's bot with a language model behind its rules and its FAQ, with and without an endpoint."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from dialog_core import Bot, Reply
from dialog_core.testing import Fails, ScriptedEndpoint, TestChat
from tests.e2e.shop import CONFIGS

UTTERANCES = Path(__file__).parents[1] / "configs"
LOCAL = "http://127.0.0.1:11434/v1"
WEAK = "my dog chewed on the table, can you repair it"  # the FAQ finds something, and is not certain of it
GROUNDED = "Within the 2-year warranty we repair free of charge [1]."

Load = Callable[[str], Bot]


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Load]:
    """Load the bot of configs/ with another endpoint and a store of the test's own."""
    bots: list[Bot] = []

    def load(url: str) -> Bot:
        text = (CONFIGS / "language_model.yaml").read_text(encoding="utf-8")
        assert LOCAL in text
        text = text.replace(LOCAL, url).replace("customer_service/", f"{CONFIGS}/customer_service/")
        path = tmp_path / "bot.yaml"
        path.write_text(text.replace("../.dialog-core/", f"{tmp_path}/"), encoding="utf-8")
        bots.append(Bot.load(path))
        return bots[-1]

    yield load
    for bot in bots:
        bot.close()


def of_the_model(reply: Reply) -> Mapping[str, Any]:
    return next(report for report in reply.trace["policies"] if report["policy"] == "llm")


def test_without_an_endpoint_the_bot_is_the_one_without_a_model(load: Load, tmp_path: Path) -> None:
    endpoint = ScriptedEndpoint("never heard").start()
    endpoint.close()
    bot = load(endpoint.url)
    asked = yaml.safe_load((UTTERANCES / "conversations.en.yaml").read_text(encoding="utf-8"))
    plain = (CONFIGS / "customer_service.yaml").read_text(encoding="utf-8")
    plain = plain.replace("path: customer_service/", f"path: {CONFIGS}/customer_service/")
    (tmp_path / "plain.yaml").write_text(plain.replace("../.dialog-core/", f"{tmp_path}/"), encoding="utf-8")
    with Bot.load(tmp_path / "plain.yaml") as other:
        for number, line in enumerate(asked[:40]):
            reply = bot.reply(line["user"], conversation=str(number))
            expected = other.reply(line["user"], conversation=str(number))
            assert (reply.policy, reply.evidence) == (expected.policy, expected.evidence)


def test_rules_and_the_faq_cost_no_question_to_the_model(load: Load) -> None:
    with ScriptedEndpoint("never asked") as endpoint:
        chat = TestChat(load(endpoint.url))
        chat.user("hello").policy("rules").user("how do I return a lamp?").policy("faq").bot_contains("30 days")
        assert endpoint.requests == []


def test_the_model_answers_from_what_the_faq_found(load: Load) -> None:
    with ScriptedEndpoint(GROUNDED) as endpoint:
        reply = TestChat(load(endpoint.url)).user(WEAK).policy("llm").bot_contains("2-year warranty").reply
        (asked,) = endpoint.requests
    system, question = asked.body["messages"]
    assert "You are Finch" in system["content"]
    assert WEAK in question["content"]
    assert "warranty" in question["content"]
    assert reply.evidence
    assert of_the_model(reply)["notes"]["tokens_out"] == len(GROUNDED.split())


def test_what_the_model_makes_up_is_not_said(load: Load) -> None:
    with ScriptedEndpoint("Our veterinary surgeon visits every dog for seventeen guineas.") as endpoint:
        reply = TestChat(load(endpoint.url)).user(WEAK).reply
        assert len(endpoint.requests) == 1
    assert of_the_model(reply)["status"] == "proposed"
    assert reply.policy == "fallback"


def test_a_model_that_fails_twice_is_left_alone(load: Load) -> None:
    with ScriptedEndpoint(Fails(500, "no GPU")) as endpoint:
        chat = TestChat(load(endpoint.url))
        statuses = [of_the_model(chat.user(WEAK).reply)["status"] for _ in range(3)]
        assert statuses == ["failed", "failed", "breaker open"]
        assert len(endpoint.requests) == 4  # each time once more
