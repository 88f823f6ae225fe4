"""Rules: they hold wherever what they say is so, and say nothing else."""

from dialog_rasa.dialogue.values import LISTEN
from tests.plugins.dialog_rasa.driving import Talk


def test_a_rule_holds_at_any_time() -> None:
    talk = Talk("rules: [{rule: bye, steps: [{intent: bye}, {action: utter_bye}]}]")
    assert talk.say("bye") == ["utter_bye"]
    assert talk.say("bye") == ["utter_bye"]
    assert (talk.predictions[0].source, talk.predictions[0].name) == ("rule", "bye")
    assert str(talk.predictions[0].place) == "bot.yaml:1"


def test_what_no_rule_knows_is_left_to_the_fallback_and_what_comes_after_an_answer_is_nothing() -> None:
    talk = Talk("rules: [{rule: bye, steps: [{intent: bye}, {action: utter_bye}], wait_for_user_input: false}]")
    assert talk.say("hello") == ["action_default_fallback"]
    assert talk.predictions[0].score == 0
    assert talk.say("bye") == ["utter_bye"]
    assert talk.predictions[1].source == "fallback"


def test_a_rule_stands_above_a_story() -> None:
    talk = Talk("""
        rules: [{rule: thanks, steps: [{intent: thanks}, {action: utter_welcome}]}]
        stories: [{story: s, steps: [{intent: hi}, {action: utter_hi}, {intent: thanks}, {action: utter_other}]}]
    """)
    assert talk.say("hi") == ["utter_hi"]
    assert talk.say("thanks") == ["utter_welcome"]


def test_a_rule_may_hold_at_the_beginning_of_a_session_only() -> None:
    talk = Talk("""
        rules:
          - {rule: first, conversation_start: true, steps: [{intent: hi}, {action: utter_welcome}]}
          - {rule: later, steps: [{intent: hi}, {action: utter_hello_again}]}
    """)
    assert talk.say("hi") == ["utter_welcome"]
    assert talk.say("hi") == ["utter_hello_again"]


def test_after_a_rule_that_does_not_wait_another_may_go_on() -> None:
    talk = Talk("""
        slots: {detailed: {type: bool}}
        rules:
          - {rule: short, condition: [{slot_was_set: [{detailed: false}]}], steps: [{intent: faq}, {action: utter_faq}]}
          - rule: long
            condition: [{slot_was_set: [{detailed: true}]}]
            steps: [{intent: faq}, {action: utter_faq}]
            wait_for_user_input: false
          - rule: helped
            condition: [{slot_was_set: [{detailed: true}]}]
            steps: [{action: utter_faq}, {action: utter_did_it_help}, {intent: affirm}, {action: utter_good}]
    """)
    talk.tracker = talk.tracker.with_slots({"detailed": False})
    assert talk.say("faq") == ["utter_faq"]
    talk.tracker = talk.tracker.with_slots({"detailed": True})
    assert talk.say("faq") == ["utter_faq", "utter_did_it_help"]
    assert talk.say("affirm") == ["utter_good"]
    assert talk.say("affirm") == ["action_default_fallback"]


def test_slots_count_by_what_matters_of_them() -> None:
    talk = Talk("""
        slots: {name: {type: text}, size: {type: categorical, values: [s, l]}}
        rules:
          - {rule: unknown, condition: [{slot_was_set: [{name: null}]}], steps: [{intent: who}, {action: utter_no}]}
          - {rule: known, condition: [{slot_was_set: [{name: Ann}]}], steps: [{intent: who}, {action: utter_yes}]}
          - {rule: small, condition: [{slot_was_set: [{size: s}]}], steps: [{intent: buy}, {action: utter_small}]}
          - {rule: any, condition: [{slot_was_set: [size]}], steps: [{intent: wear}, {action: utter_some}]}
    """)
    assert talk.say("who") == ["utter_no"]
    assert talk.say("wear") == ["action_default_fallback"]
    talk.tracker = talk.tracker.with_slots({"name": "Bob", "size": "S"})
    assert talk.say("who") == ["utter_yes"]  # of a text it counts only that there is one
    assert talk.say("buy") == ["utter_small"]
    assert talk.say("wear") == ["utter_some"]
    talk.tracker = talk.tracker.with_slots({"size": "l"})
    assert talk.say("buy") == ["action_default_fallback"]


def test_a_rule_that_names_entities_wants_these_and_no_others() -> None:
    talk = Talk("""
        rules:
          - {rule: plain, steps: [{intent: go}, {action: utter_where}]}
          - {rule: city, steps: [{intent: go, entities: [city]}, {action: utter_city}]}
          - {rule: from, steps: [{intent: go, entities: [{city: Rome, role: from}]}, {action: utter_from}]}
    """)
    assert talk.say("go") == ["utter_where"]
    assert talk.say("go", "city") == ["utter_city"]
    assert talk.say("go", "city#from") == ["utter_from"]
    assert talk.say("go", "city", "day") == ["utter_where"]


def test_a_rule_may_begin_with_what_the_bot_has_done() -> None:
    talk = Talk("""
        rules:
          - {rule: ask, steps: [{intent: stop}, {action: utter_sure}]}
          - {rule: sure, steps: [{action: utter_sure}, {intent: affirm}, {action: utter_stopped}]}
    """)
    assert talk.say("affirm") == ["action_default_fallback"]
    assert talk.say("stop") == ["utter_sure"]
    assert talk.say("affirm") == ["utter_stopped"]
    assert talk.say("affirm") == ["action_default_fallback"]


def test_a_rule_with_or_is_several_rules() -> None:
    talk = Talk("rules: [{rule: r, steps: [{or: [{intent: a}, {intent: b}]}, {action: utter_x}]}]")
    assert talk.say("a") == talk.say("b") == ["utter_x"]


def test_a_story_overrules_that_the_bot_listens_after_what_a_rule_begins_with() -> None:
    talk = Talk("""
        rules: [{rule: r, steps: [{action: utter_sure}, {intent: affirm}, {action: utter_stopped}]}]
        stories: [{story: s, steps: [{intent: stop}, {action: utter_sure}, {action: utter_really}]}]
    """)
    assert talk.say("stop") == ["utter_sure", "utter_really"]


def test_default_intents_have_their_actions() -> None:
    talk = Talk("rules: [{rule: r, steps: [{intent: restart}, {action: utter_no}]}]")
    assert talk.say("restart") == ["action_restart"]
    assert talk.say("back") == ["action_back"]
    assert [one.source for one in talk.predictions] == ["default", "default"]
    assert talk.predictions[1].action == LISTEN
