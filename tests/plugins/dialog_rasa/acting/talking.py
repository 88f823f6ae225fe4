"""Bots of stories for tests: a few lines of YAML, and annotators that know what each message means."""

import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dialog_core import Bot, Turn
from dialog_core.testing import ScriptedAnnotator, make_bot, make_context
from dialog_rasa.acting.policy import StoriesPolicy
from dialog_rasa.options import StoriesOptions

Meaning = str | None | Mapping[str, Any]
"""An intent, None for none that is known, or a whole annotation."""


def make_policy(
    folder: Path,
    dialogue: str,
    *,
    name: str = "stories",
    actions: Mapping[str, Callable[..., Any]] | None = None,
    language: str = "en",
    **options: Any,
) -> StoriesPolicy:
    """Return the policy of a dialogue written as YAML."""
    path = folder / "dialogue.yaml"
    path.write_text(textwrap.dedent(dialogue), encoding="utf-8")
    context = make_context(name, actions=actions, changing=list(actions or ()), language=language)
    return StoriesPolicy(StoriesOptions.model_validate({"path": [path], **options}), context)


@contextmanager
def bot_of(
    folder: Path,
    dialogue: str,
    *,
    means: Mapping[str, Meaning] | None = None,
    entities: Mapping[str, list[dict[str, Any]]] | None = None,
    actions: Mapping[str, Callable[..., Any]] | None = None,
    beside: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
    **options: Any,
) -> Iterator[Bot]:
    """Have a bot of stories.

    Args:
        folder: Where its dialogue is written.
        dialogue: The dialogue, as YAML.
        means: What messages mean; of others no intent is known.
        entities: What is named in messages.
        actions: Registered actions.
        beside: Further policies.
        settings: Of the bot, see `make_manager`.
        options: Of the policy.
    """
    policy = make_policy(folder, dialogue, actions=actions, **options)
    annotators = {
        "intents": ScriptedAnnotator(lambda turn: annotation((means or {}).get(turn.text))),
        "entities": ScriptedAnnotator(lambda turn: (entities or {}).get(turn.text, [])),
    }
    settings = {"annotators": annotators, **(settings or {})}
    kinds = {"stories": "stories", **settings.pop("kinds", {})}
    policies = {"stories": policy, **(beside or {})}
    with make_bot(policies, kinds=kinds, actions=actions, fallback="I do not know.", **settings) as bot:
        yield bot


def annotation(meaning: Meaning, probability: float = 0.95) -> Mapping[str, Any]:
    """Return what a classifier says that takes a message for this."""
    if isinstance(meaning, Mapping):
        return meaning
    labels = [meaning] if meaning else []
    ranked = [{"label": label, "probability": probability} for label in labels]
    return {"label": meaning, "probability": probability, "ranked": ranked, "labels": labels}


def entity(name: str, value: Any, role: str = "") -> dict[str, Any]:
    """Return what an annotator says of an entity."""
    text = str(value)
    found = {"entity": name, "value": value, "text": text, "start": 0, "end": len(text)}
    return {**found, "role": role} if role else found


def told(bot: Bot, text: str, **message: Any) -> list[str]:
    """Say something to a bot, and return its answer message by message."""
    reply = bot.reply(text, **message)
    return [line for one in reply.messages for line in one.text.split("\n\n")]


def actions_of(bot: Bot) -> list[str]:
    """Return what stories did last."""
    said = bot.conversation().last_bot_message
    assert said is not None
    return [name for one in said.evidence for name in one.metadata.get("actions", ())]


def remarks(reply: Any) -> str:
    """Return what the policy has to remark in a trace, in one text."""
    found = [*reply.trace["policies"], *reply.trace["parts"]]
    return "\n".join(remark for one in found for remark in one.get("notes", {}).get("remarks", ()))


def slots(bot: Bot) -> dict[str, Any]:
    """Return the slots that have a value."""
    return dict(bot.conversation().slots)


def flow(bot: Bot) -> tuple[str, str] | None:
    """Return the flow under way with its step."""
    active = bot.conversation().active_flow
    return (active.name, active.step) if active else None


__all__ = ["Turn", "actions_of", "annotation", "bot_of", "entity", "flow", "make_policy", "remarks", "slots", "told"]
