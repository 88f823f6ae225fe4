"""Forms, and who answers while one is under way."""

from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_rasa.dialogue.values import LISTEN
from tests.plugins.dialog_rasa.driving import Talk, dialogue_of

FORM: Final = """
slots: {a: {type: text, influence_conversation: false}, b: {type: text, influence_conversation: false}}
forms: {f: {required_slots: [a, b]}}
rules:
  - {rule: begin, steps: [{intent: order}, {action: f}, {active_loop: f}]}
  - rule: done
    condition: [{active_loop: f}]
    steps: [{action: f}, {active_loop: null}, {slot_was_set: [{requested_slot: null}]}, {action: utter_done}]
  - {rule: chat, steps: [{intent: chat}, {action: utter_chat}]}
"""
STOP: Final = """
stories:
  - story: go on
    steps:
      - {intent: order}
      - {action: f}
      - {active_loop: f}
      - {intent: stop}
      - {action: utter_go_on}
      - {intent: affirm}
      - {action: f}
      - {active_loop: null}
      - {action: utter_done}
  - story: stop
    steps:
      - {intent: order}
      - {action: f}
      - {active_loop: f}
      - {intent: stop}
      - {action: utter_go_on}
      - {intent: deny}
      - {action: action_deactivate_loop}
      - {active_loop: null}
      - {action: utter_stopped}
"""


def test_a_form_asks_until_it_knows_everything_and_then_the_rule_goes_on() -> None:
    talk = Talk(FORM)
    assert talk.say("order") == ["f"]
    assert talk.say("inform", fills={"a": "1"}) == ["f"]
    assert talk.say("inform", fills={"b": "1"}) == ["f", "utter_done"]
    assert talk.tracker.loop is None


def test_a_form_that_knows_everything_already_does_not_ask() -> None:
    talk = Talk(FORM)
    talk.tracker = talk.tracker.with_slots({"a": "1", "b": "2"})
    assert talk.say("order") == ["f", "utter_done"]


def test_a_rule_answers_what_the_form_cannot_use_and_the_form_asks_again() -> None:
    talk = Talk(FORM)
    talk.say("order")
    assert talk.say("chat") == ["utter_chat", "f"]
    assert [one.action for one in talk.predictions] == ["f", "utter_chat", "f", LISTEN]
    returning = talk.predictions[2]
    assert (returning.source, returning.name) == ("rule", "chat")
    assert returning.interrupts
    assert talk.say("inform", fills={"a": "1", "b": "2"}) == ["f", "utter_done"]


def test_what_nobody_can_use_within_a_form_is_left_to_the_fallback_and_the_form_is_still_under_way() -> None:
    talk = Talk(FORM)
    talk.say("order")
    assert talk.say("nonsense") == ["action_default_fallback"]
    assert [one.action for one in talk.predictions] == ["f", "action_default_fallback"]
    assert talk.say("inform", fills={"a": "1"}) == ["f"]


def test_what_nobody_knows_is_offered_to_a_form_that_could_not_use_an_earlier_message() -> None:
    talk = Talk(FORM + STOP)
    talk.say("order")
    assert talk.say("stop") == ["utter_go_on"]
    assert talk.say("inform", fills={"a": "1"}) == ["f"]
    assert not talk.predictions[0].interrupts
    assert talk.say("nonsense") == ["action_default_fallback"]
    assert talk.say("inform", fills={"b": "1"}) == ["f", "utter_done"]


def test_a_rule_for_a_slot_that_is_asked_for_holds_only_then() -> None:
    talk = Talk(
        FORM
        + """
  - rule: why a
    condition: [{active_loop: f}, {slot_was_set: [{requested_slot: a}]}]
    steps: [{intent: why}, {action: utter_why_a}, {action: f}, {active_loop: f}]
"""
    )
    assert talk.say("why") == ["action_default_fallback"]
    talk.say("order")
    assert talk.say("why") == ["utter_why_a", "f"]
    assert talk.say("inform", fills={"a": "1"}) == ["f"]
    assert talk.say("why") == ["action_default_fallback"]


def test_a_rule_that_wants_no_loop_does_not_hold_in_one() -> None:
    talk = Talk(FORM + "  - {rule: n, condition: [{active_loop: null}], steps: [{intent: x}, {action: utter_x}]}\n")
    assert talk.say("x") == ["utter_x"]
    talk.say("order")
    assert talk.say("x") == ["action_default_fallback"]


def test_a_rule_of_a_loop_says_itself_whether_the_loop_asks_again() -> None:
    talk = Talk(FORM + "  - {rule: w, condition: [{active_loop: f}], steps: [{intent: wait}, {action: utter_ok}]}\n")
    talk.say("order")
    assert talk.say("wait") == ["utter_ok"]
    assert talk.tracker.loop is not None


def test_a_story_leaves_a_form_and_comes_back_without_taking_anything_from_the_message() -> None:
    talk = Talk(FORM + STOP)
    talk.say("order")
    assert talk.say("stop") == ["utter_go_on"]
    assert talk.say("affirm") == ["f"]
    assert talk.predictions[0].source == "story"
    assert talk.predictions[0].interrupts
    assert talk.say("inform", fills={"a": "1", "b": "1"}) == ["f", "utter_done"]


def test_a_story_leaves_a_form_for_good_after_some_answers() -> None:
    talk = Talk(FORM + STOP)
    talk.say("order")
    talk.say("inform", fills={"a": "1"})
    assert talk.say("stop") == ["utter_go_on"]
    assert talk.predictions[1].source == "story"  # what the form has asked in between is no part of the story
    assert talk.say("deny") == ["action_deactivate_loop", "utter_stopped"]
    assert talk.tracker.loop is None
    assert talk.say("chat") == ["utter_chat"]


def test_an_answer_of_a_rule_within_a_form_does_not_take_the_conversation_out_of_its_story() -> None:
    talk = Talk(FORM + STOP)
    talk.say("order")
    assert talk.say("chat") == ["utter_chat", "f"]
    assert talk.say("stop") == ["utter_go_on"]
    assert talk.predictions[1].source == "story"


def test_a_general_rule_that_a_story_contains_within_the_loop_leaves_the_last_word_to_the_story() -> None:
    talk = Talk(
        FORM
        + """
  - {rule: stop, steps: [{intent: stop}, {action: utter_go_on}]}
"""
        + STOP
    )
    talk.say("order")
    assert talk.say("stop") == ["utter_go_on"]
    assert talk.predictions[-1].source == "story"


def test_a_story_that_leaves_unsaid_how_a_form_asks_fits_the_conversation_in_which_it_does() -> None:
    talk = Talk("""
        forms: {f: {required_slots: [a, b]}}
        stories:
          - story: told in short
            steps:
              - {intent: order}
              - {action: f}
              - {active_loop: f}
              - {slot_was_set: [{requested_slot: a}]}
              - {intent: inform}
              - {slot_was_set: [{a: x}]}
              - {intent: inform}
              - {active_loop: null}
              - {action: utter_done}
              - {intent: thanks}
              - {action: utter_welcome}
    """)
    talk.say("order")
    talk.say("inform", fills={"a": "1"})
    assert talk.say("inform", fills={"b": "1"}) == ["f", "utter_done"]
    assert talk.predictions[1].source == "story"
    assert talk.say("thanks") == ["utter_welcome"]
    assert talk.predictions[0].source == "story"


def test_of_a_form_that_no_story_knows_stories_see_nothing_at_all() -> None:
    talk = Talk(
        FORM
        + """
stories:
  - story: s
    steps: [{intent: greet}, {action: utter_greet}, {intent: sad}, {action: utter_cheer}]
"""
    )
    talk.say("greet")
    before = talk.tracker.told
    talk.say("order")
    talk.say("inform", fills={"a": "1"})
    talk.say("chat")
    assert talk.say("inform", fills={"b": "1"}) == ["f", "utter_done"]
    assert (talk.tracker.told.states, talk.tracker.told.seen) == (before.states, before.seen)
    assert talk.say("sad") == ["utter_cheer"]
    assert talk.predictions[0].source == "story"


MOVES: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "order": ("order", {}),
    "a": ("inform", {"a": "1"}),
    "b": ("inform", {"b": "1"}),
    "nothing": ("inform", {}),
    "stop": ("stop", {}),
    "affirm": ("affirm", {}),
    "deny": ("deny", {}),
}


@given(st.lists(st.tuples(st.sampled_from(sorted(MOVES)), st.booleans()), min_size=1, max_size=8))
@settings(deadline=None, max_examples=150)
def test_a_rule_may_answer_at_any_time_and_stories_go_on_as_if_nothing_had_happened(
    moves: list[tuple[str, bool]],
) -> None:
    dialogue = dialogue_of(FORM + STOP)
    plain, disturbed = Talk(dialogue), Talk(dialogue)
    for move, chats in moves:
        intent, fills = MOVES[move]
        assert plain.say(intent, fills=fills) == disturbed.say(intent, fills=fills)
        if chats:
            before = disturbed.tracker.loop
            asks = ["f"] if before is not None else []
            assert disturbed.say("chat") == ["utter_chat", *asks]
