"""Whatever is said in whatever order, a turn goes right: nothing fails, and what is kept fits together."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plugins.dialog_rasa.acting.talking import bot_of
from tests.plugins.dialog_rasa.acting.test_forms import ENTITIES, MEANS, VALIDATED

EVERYTHING = VALIDATED.replace(
    "rules:",
    """rules:
  - rule: not understood
    steps: [{intent: nlu_fallback}, {action: action_two_stage_fallback}, {active_loop: action_two_stage_fallback}]""",
)
TEXTS = [
    *MEANS,
    "hrmpf",
    "/restart",
    "/back",
    "/session_start",
    "/out_of_scope",
    "Sure",
    "2",
    "Something else",
    "",
    "/",
]


def validate(call: Mapping[str, Any]) -> dict[str, Any]:
    """Refuse, change, fail or leave alone, as the words of the message say."""
    text = call["tracker"]["latest_message"]["text"]
    if len(text) % 5 == 4:
        raise RuntimeError("down")
    if len(text) % 5 == 3:
        return {"events": [{"event": "slot", "name": "requested_slot", "value": "wish"}], "responses": []}
    last = call["tracker"]["events"][-1]
    refused = last["event"] == "slot" and len(text) % 5 == 2
    events = [{"event": "slot", "name": last["name"], "value": None}] if refused else []
    return {"events": events, "responses": [{"text": "No."}] if refused else []}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=14))
def test_any_talk_goes_right(texts: list[str]) -> None:
    actions = {"validate_form": validate, "action_ask_people": lambda call: {"events": [], "responses": []}}
    with (
        TemporaryDirectory() as folder,
        bot_of(Path(folder), EVERYTHING, means=MEANS, entities=ENTITIES, actions=actions) as bot,
    ):
        for text in texts:
            reply = bot.reply(text)
            assert reply.text.strip()
            trace = reply.trace
            assert trace is not None
            assert [one["error"] for one in trace["policies"]] == [""]
            assert not [one for one in trace["parts"] if "resume failed" in one["verdict"]]
            conversation = bot.conversation()
            kept = conversation.memory.get("stories", {}).get("stories", {})
            loop = kept.get("tracker", {}).get("loop")
            assert [flow.name for flow in conversation.flows] == ([loop[0]] if loop else [])
            assert "turn" not in kept
            assert None not in conversation.slots.values()
            assert "All done" not in reply.text or "wish" in conversation.slots
