"""What stories and rules say differently of the same conversation is found, with both places."""

from dialog_rasa.checking import problems_of
from dialog_rasa.prediction.contradictions import contradictions
from dialog_rasa.prediction.predictor import Predictor
from tests.plugins.dialog_rasa.driving import dialogue_of


def found(text: str) -> list[str]:
    """Return what contradicts itself in a dialogue."""
    return [str(problem) for problem in contradictions(Predictor(dialogue_of(text)))]


def test_stories_that_part_are_a_remark_since_a_model_decides_there_and_a_broken_rule_is_a_mistake() -> None:
    parting = dialogue_of("""stories:
- {story: one, steps: [{intent: hi}, {action: utter_a}]}
- {story: two, steps: [{intent: hi}, {action: utter_b}]}
""")
    assert not list(problems_of(parting))
    assert len(list(contradictions(Predictor(parting)))) == 1
    broken = dialogue_of("""rules:
- {rule: one, steps: [{intent: hi}, {action: utter_a}]}
stories:
- {story: two, steps: [{intent: hi}, {action: utter_b}]}
""")
    (problem,) = problems_of(broken)
    assert "the rule 'one' (bot.yaml:2) goes on with 'utter_a'" in problem.message


def test_two_stories_that_go_on_differently() -> None:
    (problem,) = found("""stories:
- {story: one, steps: [{intent: hi}, {action: utter_a}]}
- {story: two, steps: [{intent: hi}, {action: utter_b}]}
""")
    assert problem == (
        "bot.yaml:3: after the same conversation, after the message 'hi', the story 'one' (bot.yaml:2) goes on with "
        "'utter_a', and the story 'two' (bot.yaml:3) goes on with 'utter_b'. Add a step before it that tells the two "
        "apart, or a slot that influences predictions and has another value, or let both go on alike."
    )


def test_two_stories_that_a_slot_tells_apart_do_not_contradict_each_other() -> None:
    text = """
        slots: {vip: {type: bool, %s}}
        stories:
          - {story: one, steps: [{intent: hi}, {action: look}, {slot_was_set: [{vip: true}]}, {action: utter_a}]}
          - {story: two, steps: [{intent: hi}, {action: look}, {slot_was_set: [{vip: false}]}, {action: utter_b}]}
    """
    assert not found(text % "influence_conversation: true")
    assert "after 'look', in answer to 'hi'" in found(text % "influence_conversation: false")[0]


def test_one_story_may_be_the_beginning_of_another_but_not_within_a_turn() -> None:
    begin = "{story: one, steps: [{intent: hi}, {action: utter_a}]}"
    longer = "{story: two, steps: [{intent: hi}, {action: utter_a}, %s]}"
    assert not found(f"stories: [{begin}, {longer % '{intent: b}, {action: c}'}]")
    (problem,) = found(f"stories: [{begin}, {longer % '{action: b}'}]")
    assert "'one' (bot.yaml:1) waits for the user, and the story 'two' (bot.yaml:1) goes on with 'b'" in problem


def test_a_story_that_a_rule_contradicts() -> None:
    (problem,) = found("""rules:
- {rule: bye, steps: [{intent: bye}, {action: utter_bye}]}
stories:
- {story: s, steps: [{intent: hi}, {action: utter_hi}, {intent: bye}, {action: utter_other}]}
""")
    assert problem.startswith(
        "bot.yaml:4: after the message 'bye', the rule 'bye' (bot.yaml:2) goes on with 'utter_bye', and the story 's' "
        "(bot.yaml:4) goes on with 'utter_other'. Rules are never overruled"
    )


def test_a_story_that_does_more_than_a_rule_says() -> None:
    (problem,) = found("""
        rules: [{rule: bye, steps: [{intent: bye}, {action: utter_bye}]}]
        stories: [{story: s, steps: [{intent: bye}, {action: utter_bye}, {action: utter_more}]}]
    """)
    assert "the rule 'bye' (bot.yaml:2) waits for the user, and the story 's'" in problem


def test_two_rules_that_contradict_each_other() -> None:
    (problem,) = found("""rules:
- {rule: one, steps: [{intent: hi}, {action: utter_a}]}
- {rule: two, steps: [{intent: hi}, {action: utter_b}]}
""")
    assert problem.startswith(
        "bot.yaml:3: after the message 'hi', the rule 'one' (bot.yaml:2) goes on with 'utter_a', and the rule 'two' "
        "(bot.yaml:3) goes on with 'utter_b'. Let both say the same"
    )


def test_an_exception_to_a_rule_is_no_contradiction() -> None:
    assert not found("""
        slots: {vip: {type: bool}}
        forms: {f: {required_slots: []}}
        rules:
          - {rule: all, steps: [{intent: hi}, {action: utter_a}]}
          - {rule: vip, condition: [{slot_was_set: [{vip: true}]}], steps: [{intent: hi}, {action: utter_b}]}
          - {rule: form, condition: [{active_loop: f}], steps: [{intent: hi}, {action: utter_c}]}
          - {rule: first, conversation_start: true, steps: [{intent: hi}, {action: utter_d}]}
    """)


def test_stories_within_a_loop_do_not_contradict_that_the_loop_is_asked_first() -> None:
    assert not found("""
        slots: {a: {type: text, influence_conversation: false, mappings: [{type: from_text}]}}
        forms: {f: {required_slots: [a]}}
        rules: [{rule: begin, steps: [{intent: order}, {action: f}, {active_loop: f}]}]
        stories:
          - {story: s, steps: [{intent: order}, {action: f}, {active_loop: f}, {intent: stop}, {action: utter_sure}]}
          - {story: t, steps: [{intent: order}, {action: f}, {active_loop: f}, {active_loop: null}, {action: utter_ok}]}
    """)


def test_the_same_contradiction_is_told_once() -> None:
    assert (
        len(
            found("""
        stories:
          - {story: one, steps: [{or: [{intent: a}, {intent: b}, {intent: c}]}, {action: utter_a}]}
          - {story: two, steps: [{or: [{intent: a}, {intent: b}, {intent: c}]}, {action: utter_b}]}
    """)
        )
        == 1
    )


def test_a_story_that_does_not_say_whether_a_form_goes_on_contradicts_nothing() -> None:
    assert not found("""
        slots: {city: {type: text, mappings: [{type: from_text}]}}
        forms: {place: {required_slots: [city]}}
        rules:
          - {rule: begin, steps: [{intent: hi}, {action: place}, {active_loop: place}]}
          - rule: end
            condition: [{active_loop: place}]
            steps: [{action: place}, {active_loop: null}, {action: utter_a}]
        stories: [{story: one, steps: [{intent: hi}, {action: place}]}]
    """)
