"""Backends and bots that ask a scripted endpoint."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dialog_core import ActionSchema, Bot, Reply
from dialog_core.testing import write_bot
from dialog_generative.chat import ChatMessage, Request
from dialog_generative.endpoint.accounting import Ledger
from dialog_generative.endpoint.backend import EndpointBackend
from dialog_generative.endpoint.connection import Connection
from dialog_generative.endpoint.options import Budget, OpenAIOptions

# What takes a while the first time must not count against a test's deadline.
Connection(OpenAIOptions(base_url="http://127.0.0.1:1/v1", model="small")).warm()


def backend(url: str, model: str = "small", **options: Any) -> EndpointBackend:
    """Return a backend that asks an endpoint."""
    return EndpointBackend(OpenAIOptions(base_url=url, model=model, **options), "llm", Ledger(Budget()))


def request(
    *messages: ChatMessage,
    seconds: float = 20.0,
    tools: tuple[ActionSchema, ...] = (),
    count: int = 1,
    max_tokens: int = 0,
) -> Request:
    """Return a request; without messages, somebody says good morning."""
    return Request(
        conversation_id="c",
        messages=messages or (ChatMessage("user", "good morning"),),
        deadline=time.monotonic() + seconds,
        seed=7,
        tools=tools,
        count=count,
        max_tokens=max_tokens,
    )


RULES = """
rules:
  - {name: hello, when: hello, match: whole, say: Hello from the rules!}
"""


def write_endpoint_bot(
    directory: Path, url: str, *, model: str = "small", options: str = "", deadline: str = "20s", more: str = ""
) -> Path:
    """Write a bot with rules before a model behind an endpoint; `options` are further ones of the model's policy."""
    policies = f"""
version: 1
bot: {{name: Test, language: en}}
policies:
  - {{name: rules, use: rules, path: rules.yaml}}
  - {{name: llm, use: openai, base_url: {url}, model: {model}{options}}}
dispatch: {{tiers: [[rules], [llm]], deadline: {deadline}, answer_at: 0.01}}
fallback: Nobody knows.
{more}"""
    return write_bot(directory, policies, **{"rules.yaml": RULES})


def load(directory: Path, url: str, **settings: Any) -> Bot:
    return Bot.load(write_endpoint_bot(directory, url, **settings))


def told(reply: Reply, policy: str = "llm") -> Mapping[str, Any]:
    """Return what the trace says of a policy."""
    return next(report for report in reply.trace["policies"] if report["policy"] == policy)
