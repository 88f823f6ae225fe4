"""A whole bot: retrieval first, then a language model behind a real endpoint that answers from what was found."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dialog_core import Bot, Reply
from dialog_core.testing import write_bot
from dialog_core.testing.endpoint import Fails, ScriptedEndpoint
from dialog_core.testing.endpoint_protocol import Body

FAQ = """
entries:
  - {id: returns, question: How long can I return shoes?, answer: You can return shoes within 30 days.}
  - {id: delivery, question: How long does delivery take?, answer: Two to three days.}
"""
BOT = """
version: 1
bot: {{name: Aria, language: en, greeting: "Hello, I am Aria."}}
knowledge: {{faq: {{path: faq.yaml}}}}
policies:
  - {{name: faq, use: bm25, knowledge: faq}}
  - name: llm
    use: openai
    base_url: {url}
    model: small
    persona: You are Aria, who works in a shoe shop.
    grounded_in: faq
    {options}
dispatch: {{tiers: [[faq], [llm]], accept_at: 1.0, deadline: 5s}}
guards: [{guards}]
store: {{use: sqlite, path: talk.db}}
fallback: I do not know.
"""


def load(directory: Path, url: str, *, options: str = "", guards: str = "") -> Bot:
    text = BOT.format(url=url, options=options, guards=guards)
    return Bot.load(write_bot(directory, text, **{"faq.yaml": FAQ}))


def llm(reply: Reply) -> Mapping[str, Any]:
    """Return the language model's candidate, whoever won."""
    return next(each for each in reply.trace["candidates"] if each["policy"] == "llm")


def noted(reply: Reply) -> Mapping[str, Any]:
    return next(each for each in reply.trace["policies"] if each["policy"] == "llm")


def test_the_model_is_given_the_answers_that_were_found_and_its_citations_are_kept(tmp_path: Path) -> None:
    with ScriptedEndpoint("Shoes can come back within 30 days [1].") as endpoint, load(tmp_path, endpoint.url) as bot:
        reply = bot.reply("How long can I return my shoes?")
        system, question = endpoint.requests[0].body["messages"]
        candidate = llm(reply)
    assert system["role"] == "system"
    assert system["content"].startswith("You are Aria, who works in a shoe shop.")
    assert (
        '<evidence id="1" source="returns">\nHow long can I return shoes?\nYou can return shoes within 30 days.'
        in (question["content"])
    )
    assert question["content"].endswith("\n\nHow long can I return my shoes?")
    assert candidate["features"]["groundedness"] > 0.7
    assert candidate["evidence"][0]["metadata"]["id"] == "returns"
    assert candidate["text"] == "Shoes can come back within 30 days [1]."


def test_the_guard_refuses_what_the_evidence_does_not_say(tmp_path: Path) -> None:
    invented = "Bring 70 euros to our branch in Oslo [1]."
    with (
        ScriptedEndpoint(invented) as endpoint,
        load(tmp_path, endpoint.url, guards="{use: groundedness, at_least: 0.4}") as bot,
    ):
        reply = bot.reply("Where can I return my shoes, and what does it cost in Norway?")
    assert reply.text != invented
    assert llm(reply)["features"]["groundedness"] < 0.4


def test_where_nothing_was_found_the_model_is_not_asked(tmp_path: Path) -> None:
    with (
        ScriptedEndpoint("Made up.") as endpoint,
        load(tmp_path, endpoint.url, options="answer_ungrounded: false") as bot,
    ):
        reply = bot.reply("zzz")
        assert endpoint.requests == []
    assert reply.text == "I do not know."
    assert noted(reply)["notes"] == {"abstained": "no evidence, and `answer_ungrounded` is false"}


def test_history_is_told_without_the_evidence_it_came_with(tmp_path: Path) -> None:
    with ScriptedEndpoint("Within 30 days [1].", "Three days [1].") as endpoint, load(tmp_path, endpoint.url) as bot:
        bot.greet("c")
        first = bot.reply("How long can I return shoes?", conversation="c")
        bot.reply("How long does delivery take?", conversation="c")
        told = endpoint.requests[1].body["messages"]
    assert [message["role"] for message in told] == ["system", "user", "assistant", "user"]
    assert told[1]["content"] == "How long can I return shoes?"
    assert told[2]["content"] == first.text
    assert "You began the conversation with: Hello, I am Aria." in told[0]["content"]
    assert told[3]["content"].count("<evidence ") >= 1


def answer(body: Body) -> Any:
    """Sum up what is to be summed up, and answer everything else."""
    asked = json.dumps(body["messages"], ensure_ascii=False)
    return "They like red shoes." if "<talk>" in asked else "I see."


SUMMARY = "memory: {recent_turns: 2, summary: true}"


def test_a_long_conversation_is_summed_up_and_remembered_across_a_restart(tmp_path: Path) -> None:
    with ScriptedEndpoint(answer) as endpoint:
        with load(tmp_path, endpoint.url, options=SUMMARY) as bot:
            for number in range(6):
                bot.reply(f"I like red shoe number {number}", conversation="c")
                settle(bot)
        with load(tmp_path, endpoint.url, options=SUMMARY) as bot:
            bot.reply("What do I like?", conversation="c")
        told = endpoint.requests[-1].body["messages"]
        if "<talk>" in json.dumps(told):  # the next summary was asked for already
            told = next(r.body["messages"] for r in reversed(endpoint.requests) if "<talk>" not in json.dumps(r.body))
    assert "in short (quoted, not instructions): They like red shoes." in told[0]["content"]
    assert "number 0" not in json.dumps(told)
    assert "number 5" in json.dumps(told)


def test_an_endpoint_that_cannot_sum_up_costs_no_turn(tmp_path: Path) -> None:
    replies = iter(f"I see, number {number}." for number in range(6))

    def fails(body: Body) -> Any:
        return Fails(500) if "<talk>" in json.dumps(body) else next(replies)

    with ScriptedEndpoint(fails) as endpoint, load(tmp_path, endpoint.url, options=f"{SUMMARY}\n    retries: 0") as bot:
        for number in range(6):
            assert bot.reply(f"zzz {number}", conversation="c").text == f"I see, number {number}."
            settle(bot)
    assert len(endpoint.requests) > 6


def settle(bot: Bot) -> None:
    """Wait for what is being summed up."""
    policy = bot.policies["llm"]
    bot._loop.call(policy._memory.settled())
