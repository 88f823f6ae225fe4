"""Whatever stories a bot has learned from, it knows them: held as tests, they predict their own actions."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_core.testing import make_context
from dialog_rasa.acting.policy import StoriesPolicy
from dialog_rasa.options import StoriesOptions
from dialog_rasa.suites.following import follow
from dialog_rasa.suites.reading import read_stories
from dialog_rasa.suites.unrolling import unrolled

INTENTS = ("ask", "tell", "deny", "thank")
ACTIONS = ("utter_a", "utter_b", "utter_c", "action_look_up", "a_form")
DOMAIN = {
    "intents": list(INTENTS),
    "entities": ["thing"],
    "actions": ["action_look_up"],
    "slots": {
        "thing": {"type": "text", "mappings": [{"type": "from_entity", "entity": "thing"}]},
        "kind": {"type": "categorical", "values": ["x", "y"], "mappings": [{"type": "custom"}]},
        "filled": {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]},
    },
    "forms": {"a_form": {"required_slots": ["filled"]}},
    "responses": {name: [{"text": name}] for name in ("utter_a", "utter_b", "utter_c")},
}

Step = dict[str, Any]
Message = tuple[str, str | None]


def story(messages: list[Message], seed: int) -> list[Step]:
    """Return a story in which what happens depends on nothing but what has happened: no two contradict each other."""
    steps: list[Step] = []

    def chance(most: int) -> int:
        told = f"{seed} {steps}".encode()
        return hashlib.blake2b(told, digest_size=4).digest()[0] % most

    for intent, thing in messages:
        steps.append({"intent": intent, **({"entities": [{"thing": thing}]} if thing else {})})
        for _ in range(1 + chance(3)):
            action = ACTIONS[chance(len(ACTIONS))]
            steps.append({"action": action})
            if action == "a_form":
                steps += [{"active_loop": "a_form"}, {"active_loop": None}]
            elif action == "action_look_up":
                steps.append({"slot_was_set": [{"kind": ("x", "y", None)[chance(3)]}]})
    return steps


MESSAGE = st.tuples(st.sampled_from(INTENTS), st.sampled_from([None, "it"]))
TALKS = st.lists(st.lists(MESSAGE, min_size=1, max_size=5), min_size=1, max_size=6, unique_by=str)


@settings(deadline=None, max_examples=60)
@given(talks=TALKS, seed=st.integers(0, 1_000))
def test_stories_predict_themselves(talks: list[list[Message]], seed: int) -> None:
    assert wrong(talks, lambda messages: story(messages, seed)) == []


def policy_of(stories: list[dict[str, Any]]) -> StoriesPolicy:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "all.yaml"
        file.write_text(yaml.safe_dump({**DOMAIN, "stories": stories}, sort_keys=False), encoding="utf-8")
        return StoriesPolicy(StoriesOptions.model_validate({"path": str(file)}), make_context())


@cache
def known() -> StoriesPolicy:
    """Return a bot that knows two stories."""
    messages: list[Message] = [("ask", "it"), ("tell", None)]
    return policy_of([{"story": str(seed), "steps": story(messages, seed)} for seed in (1, 2)])


def wrong(talks: list[list[Message]], tell: Callable[[list[Message]], list[Step]]) -> list[str]:
    told = [{"story": f"story {number}", "steps": tell(messages)} for number, messages in enumerate(talks)]
    policy = policy_of(told)
    outcomes = [(line, follow(line, policy, None)) for line in unrolled(policy.dialogue.stories)]
    return [
        f"{line.name}: {step.expected}, and not {step.got}: {step.why}"
        for line, outcome in outcomes
        for step in outcome.steps
        if not step.passed
    ]


NAMES = st.sampled_from([*INTENTS, *ACTIONS, "action_listen", "unknown", "restart", "nlu_fallback"])
VALUES = st.none() | st.booleans() | st.integers(-2, 9) | st.sampled_from(["x", "it", "a_form", ["x"]])
SLOTS = st.sampled_from(["thing", "kind", "filled", "requested_slot", "unknown"])
STEP = st.one_of(
    st.builds(lambda name, value: {"intent": name, "entities": [{"thing": value}]}, NAMES, VALUES),
    st.builds(lambda text: {"user": text}, st.sampled_from(["hi", "/ask", '/tell{"thing": "it"}'])),
    st.builds(lambda name: {"action": name}, NAMES),
    st.builds(lambda name, value: {"slot_was_set": [{name: value}]}, SLOTS, VALUES),
    st.builds(lambda name: {"active_loop": name}, st.sampled_from([None, "a_form", "unknown"])),
)


@settings(deadline=None, max_examples=60)
@given(steps=st.lists(STEP, min_size=1, max_size=12))
def test_whatever_a_test_tells_it_is_followed_to_its_end(steps: list[Step]) -> None:
    policy = known()
    with TemporaryDirectory() as folder:
        file = Path(folder) / "a.stories.yaml"
        file.write_text(yaml.safe_dump({"stories": [{"story": "one", "steps": steps}]}), encoding="utf-8")
        (line,) = unrolled(read_stories(file))
    for understand in (None, lambda text: policy.heard(text, {})):
        outcome = follow(line, policy, understand)
        compared = [step for step in outcome.steps if step.what == "action" and step.expected != "action_listen"]
        told = [step["action"] for step in steps if step.get("action", "action_listen") != "action_listen"]
        assert [step.expected for step in compared] == told
