"""Bots for tests: put together from objects, or written to a file."""

import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dialog_core.actions import ActionRunner
from dialog_core.annotating import AnnotatorRunner
from dialog_core.bot import Bot
from dialog_core.breaker import CircuitBreaker
from dialog_core.component import Context
from dialog_core.configuration import Options
from dialog_core.dispatch import PolicyRunner
from dialog_core.guarding import GuardRunner, Guards
from dialog_core.interfaces import ConversationStore, ProfileStore
from dialog_core.manager import DialogueManager
from dialog_core.observers import Observers
from dialog_core.plugins import PluginSet
from dialog_core.profiles import FactRule, Profiles
from dialog_core.ranking import TableRanker
from dialog_core.ranking_stage import RankingStage
from dialog_core.stores.memory import MemoryStore
from dialog_core.testing.functions import FunctionRegistry
from dialog_core.testing.scripted import ScriptedPolicy
from dialog_core.turn import TurnRules

Parts = Mapping[str, Any] | Sequence[Any]
"""Components by the name the bot calls them, or in a row; then they are called `policy1`, `policy2` and so on."""

TIMEOUT = 2.0  # seconds one call may take unless a test says otherwise


def make_bot(policies: Parts | str, **settings: Any) -> Bot:
    """Return a bot put together from objects; close it, or use it with `with`.

        with make_bot({"rules": ScriptedPolicy("Hello!"), "mine": MyPolicy(...)}, accept_at=0.9) as bot:
            assert bot.reply("hi").text == "Hello!"

    Args:
        policies: What proposes replies. A text or a function stands for a `ScriptedPolicy` of it.
        settings: See `make_manager`.
    """
    return Bot(make_manager(policies, **settings), name="Test")


def make_manager(
    policies: Parts | str,
    *,
    tiers: Sequence[Sequence[str]] | None = None,
    guards: Parts = (),
    annotators: Parts = (),
    ranker: Any = None,
    actions: Mapping[str, Callable[..., Any]] | None = None,
    store: ConversationStore | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    plugins: Iterable[Any] = (),
    observers: Parts = (),
    profiles: ProfileStore | None = None,
    facts: Mapping[str, FactRule] | None = None,
    consent: str = "asked",
    kinds: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT,
    action_timeout: float = TIMEOUT,
    breaker: tuple[int, float] = (3, 30.0),
    on_error: str = "refuse",
    **rules: Any,
) -> DialogueManager:
    """Return the manager of a bot put together from objects.

    Args:
        policies: What proposes replies; see `make_bot`.
        tiers: Names of policies in the order they are asked; default: all in one tier.
        guards: What watches over input and output.
        annotators: What finds facts about a message.
        ranker: What puts the candidates on one scale; default: the kernel's own.
        actions: Functions by the name candidates call them.
        store: Where conversations are kept; default: in memory.
        clock: What time it is.
        plugins: Modules or objects that implement observer hooks.
        observers: What is told of every turn.
        profiles: Where facts about users are kept across conversations; default: nowhere.
        facts: Which may be kept; default: all.
        consent: Whether users have to agree first (`asked`) or have done so elsewhere (`given`).
        kinds: Kinds of policies by name, for the ranker (`rules`, `retrieval`, `generative`).
        timeout: Seconds one call of a component may take.
        action_timeout: Seconds an action may take.
        breaker: After how many failures in a row a policy is left alone, and for how many seconds.
        on_error: What becomes of what a guard failed to judge: `refuse` or `allow`.
        rules: Fields of `TurnRules`: `fallback`, `accept_at`, `answer_at`, `deadline`, `greeting`, ...
    """
    runners = {
        name: PolicyRunner(
            name,
            policy if hasattr(policy, "propose") else _scripted(policy),
            kind=(kinds or {}).get(name, ""),
            position=position,
            timeout=timeout,
            breaker=CircuitBreaker(*breaker),
        )
        for position, (name, policy) in enumerate(_named("policy", policies))
    }
    watching = PluginSet()
    for number, plugin in enumerate(plugins):
        watching.add(f"plugin{number}", plugin)
    return DialogueManager(
        rules=TurnRules(**rules),
        store=MemoryStore(Options(), Context()) if store is None else store,
        tiers=[[runners[name] for name in tier] for tier in tiers or [list(runners)]],
        ranking=RankingStage(
            "table" if ranker is None else "scripted",
            TableRanker(Options(), Context(name="table")) if ranker is None else ranker,
            timeout=timeout,
        ),
        actions=ActionRunner(FunctionRegistry(actions or {}), timeout=action_timeout),
        annotators=[
            AnnotatorRunner.wrap(name, part, timeout=timeout) for name, part in _named("annotator", annotators)
        ],
        guards=Guards(
            [
                GuardRunner.wrap(name, part, timeout=timeout, fails_open=on_error == "allow")
                for name, part in _named("guard", guards)
            ]
        ),
        observers=Observers(watching.manager, dict(_named("observer", observers))),
        profiles=Profiles(profiles, facts=facts, ask=consent == "asked"),
        clock=clock,
    )


def write_bot(directory: Path, text: str, **files: str) -> Path:
    """Write a bot file, and what it names, into a directory and return its path.

        bot = Bot.load(write_bot(tmp_path, "version: 1 ...", **{"faq.yaml": "..."}))

    Args:
        directory: Where.
        text: The bot file; what all its lines are indented by is removed.
        files: Texts of further files by path.
    """
    for name, content in {**files, "bot.yaml": text}.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(content).lstrip("\n"), encoding="utf-8")
    return directory / "bot.yaml"


def _scripted(step: Any) -> ScriptedPolicy:
    return ScriptedPolicy(step, mode="inline" if isinstance(step, str) else "thread")


def _named(kind: str, parts: Parts | str) -> list[tuple[str, Any]]:
    if isinstance(parts, Mapping):
        return list(parts.items())
    alone = isinstance(parts, str) or not isinstance(parts, Sequence)
    return [(f"{kind}{number}", part) for number, part in enumerate([parts] if alone else parts, start=1)]
