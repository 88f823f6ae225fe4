"""Stories with `or` and checkpoints are many conversations."""

from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_rasa.dialogue.values import LISTEN, ActionStep, CheckpointStep, Dialogue, OrStep, Story, UserStep
from dialog_rasa.prediction import expanding
from dialog_rasa.prediction.expanding import Expansion, moments
from dialog_rasa.tracker.features import Features
from tests.plugins.dialog_rasa.driving import Talk, dialogue_of


def told(text: str) -> list[tuple[str, str]]:
    """Return what is done in which state, of every moment."""
    return [(moment.tracker.state.key, moment.action) for moment in moments(dialogue_of(text))]


def test_the_end_of_every_turn_is_a_moment_as_well() -> None:
    assert told("stories: [{story: s, steps: [{intent: a}, {action: x}, {intent: b}, {action: y}, {action: z}]}]") == [
        ("action_listen|a|||", "x"),
        ("x|a|||", LISTEN),
        ("action_listen|b|||", "y"),
        ("y|b|||", "z"),
        ("z|b|||", LISTEN),
    ]


def test_or_is_one_or_the_other() -> None:
    both = told("stories: [{story: s, steps: [{or: [{intent: a}, {intent: b}]}, {action: x}]}]")
    one = told(
        "stories: [{story: s, steps: [{intent: a}, {action: x}]}, {story: t, steps: [{intent: b}, {action: x}]}]"
    )
    assert sorted(both) == sorted(one)


def test_or_is_about_slots_as_well() -> None:
    found = told("""
        slots: {size: {type: categorical, values: [s, l]}}
        stories:
          - story: s
            steps:
              - {intent: a}
              - {action: ask}
              - {or: [{slot_was_set: [{size: s}]}, {slot_was_set: [{size: l}]}]}
              - {action: x}
    """)
    assert [key for key, action in found if action == "x"] == ["ask|a||size=s|", "ask|a||size=l|"]


def test_a_checkpoint_joins_stories() -> None:
    joined = told("""
        stories:
          - {story: one, steps: [{intent: a}, {action: x}, {checkpoint: c}]}
          - {story: two, steps: [{intent: b}, {action: x}, {checkpoint: c}]}
          - {story: rest, steps: [{checkpoint: c}, {intent: d}, {action: y}]}
    """)
    apart = told("""
        stories:
          - {story: one, steps: [{intent: a}, {action: x}, {intent: d}, {action: y}]}
          - {story: two, steps: [{intent: b}, {action: x}, {intent: d}, {action: y}]}
    """)
    assert sorted(joined) == sorted(apart)


def test_a_checkpoint_in_the_middle_may_be_entered_from_elsewhere() -> None:
    talk = Talk("""
        stories:
          - {story: one, steps: [{intent: a}, {action: x}, {checkpoint: m}, {intent: d}, {action: y}]}
          - {story: two, steps: [{intent: b}, {action: z}, {checkpoint: m}]}
    """)
    talk.say("b")
    assert talk.say("d") == ["y"]
    assert talk.predictions[0].source == "story"


def test_a_checkpoint_may_want_slots_to_have_values() -> None:
    found = told("""
        slots: {name: {type: text, mappings: [{type: from_entity, entity: name}]}}
        stories:
          - {story: none, steps: [{intent: a}, {checkpoint: c}]}
          - {story: some, steps: [{intent: a, entities: [{name: Josh}]}, {checkpoint: c}]}
          - {story: known, steps: [{checkpoint: c, slot_was_set: [{name: Josh}]}, {action: utter_hi}]}
          - {story: unknown, steps: [{checkpoint: c, slot_was_set: [{name: null}]}, {action: utter_who}]}
    """)
    assert [one for one in found if one[1] != LISTEN] == [
        ("action_listen|a|||", "utter_who"),
        ("action_listen|a|name|name=set|", "utter_hi"),
    ]


def test_an_entity_without_a_value_fills_no_slot() -> None:
    found = told("""
        slots: {name: {type: text, mappings: [{type: from_entity, entity: name}]}}
        stories: [{story: s, steps: [{intent: a, entities: [name]}, {action: x}]}]
    """)
    assert found[0][0] == "action_listen|a|name||"


def test_stories_that_lead_round_in_a_circle_are_followed_a_second_time_and_no_further() -> None:
    found = told("""
        stories:
          - {story: in, steps: [{intent: a}, {action: x}, {checkpoint: c}]}
          - {story: round, steps: [{checkpoint: c}, {intent: b}, {action: y}, {checkpoint: c}]}
          - {story: out, steps: [{checkpoint: c}, {intent: d}, {action: z}]}
    """)
    assert sum(action == "y" for _, action in found) == expanding.MOST_PASSES
    assert sum(action == "z" for _, action in found) == expanding.MOST_PASSES + 1


def test_ways_without_number_are_cut() -> None:
    alternatives = [
        Story(
            f"{step}/{way}",
            (CheckpointStep(f"c{step}"), UserStep(f"i{way}"), ActionStep(f"a{way}"), CheckpointStep(f"c{step + 1}")),
        )
        for step in range(12)
        for way in range(6)
    ]
    first = Story("first", (UserStep("begin"), ActionStep("begun"), CheckpointStep("c0")))
    dialogue = Dialogue(stories=(first, *alternatives))
    expansion = Expansion(dialogue, Features(dialogue))
    count = sum(1 for _ in expansion.moments())
    assert expansion.cut
    assert count <= expanding.MOST_MOMENTS + 10
    assert {moment.name for moment in expanding.moments(dialogue)} == {story.name for story in dialogue.stories}


def test_however_many_stories_there_are_each_is_played() -> None:
    count = expanding.MOST_MOMENTS // 2 + 10
    dialogue = Dialogue(stories=tuple(Story(f"{n}", (UserStep(f"i{n}"), ActionStep("x"))) for n in range(count)))
    assert sum(1 for _ in moments(dialogue)) == 2 * count


def test_of_very_many_choices_in_one_story_the_first_stand_for_all() -> None:
    steps = [step for n in range(12) for step in (OrStep((UserStep("a"), UserStep("b"))), ActionStep(f"utter_{n}"))]
    dialogue = Dialogue(stories=(Story("s", tuple(steps)),))
    expansion = Expansion(dialogue, Features(dialogue))
    found = list(expansion.moments())
    assert expansion.cut
    assert len(found) < 2 * 12 * expanding.MOST_WAYS
    assert {moment.action for moment in found} == {LISTEN, *(f"utter_{n}" for n in range(12))}


def test_a_story_that_ends_at_a_checkpoint_nobody_goes_on_from_ends_there() -> None:
    assert told("stories: [{story: s, steps: [{intent: a}, {action: x}, {checkpoint: c}]}]")[-1] == ("x|a|||", LISTEN)


def test_rules_have_moments_from_where_they_say_what_comes() -> None:
    found = [
        (moment.action, moment.rule)
        for moment in moments(
            dialogue_of("""
            rules:
              - {rule: r, steps: [{action: x}, {intent: a}, {action: y}], wait_for_user_input: false}
        """)
        )
    ]
    assert found == [(LISTEN, True), ("y", True)]


choices = st.lists(st.sampled_from("abcd"), min_size=1, max_size=3, unique=True)


@given(st.lists(choices, min_size=1, max_size=4))
@settings(deadline=None, max_examples=60)
def test_or_steps_are_what_one_would_write_out_by_hand(plot: list[list[str]]) -> None:
    steps = tuple(
        step
        for number, intents in enumerate(plot)
        for step in (OrStep(tuple(UserStep(intent) for intent in intents)), ActionStep(f"utter_{number}"))
    )
    short = Dialogue(stories=(Story("s", steps),))
    ways: list[tuple[str, ...]] = [()]
    for intents in plot:
        ways = [(*way, intent) for way in ways for intent in intents]
    long = Dialogue(
        stories=tuple(
            Story("s", tuple(s for n, intent in enumerate(way) for s in (UserStep(intent), ActionStep(f"utter_{n}"))))
            for way in ways
        )
    )
    assert _histories(short) == _histories(long)


def _histories(dialogue: Dialogue) -> set[tuple[str, str, str]]:
    return {(moment.tracker.seen, moment.tracker.state.key, moment.action) for moment in moments(dialogue)}
