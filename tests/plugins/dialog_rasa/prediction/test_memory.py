"""Stories: recognized as a whole, then by their latest moments, and never guessed."""

from collections.abc import Sequence
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_rasa.dialogue.values import LISTEN, ActionStep, Dialogue, Place, Story, UserStep
from dialog_rasa.prediction.expanding import moments
from dialog_rasa.prediction.predictor import Predictor
from dialog_rasa.tracker.state import Heard, Tracker
from tests.plugins.dialog_rasa.driving import Talk, dialogue_of

MOODS = """
stories:
  - {story: happy, steps: [{intent: greet}, {action: utter_greet}, {intent: great}, {action: utter_happy}]}
  - story: sad
    steps: [{intent: greet}, {action: utter_greet}, {intent: sad}, {action: utter_cheer}, {action: utter_helped},
            {intent: affirm}, {action: utter_happy}]
  - story: sadder
    steps: [{intent: greet}, {action: utter_greet}, {intent: sad}, {action: utter_cheer}, {action: utter_helped},
            {intent: deny}, {action: utter_bye}]
rules:
  - {rule: bot, steps: [{intent: challenge}, {action: utter_bot}]}
"""


class Always:
    """A model that is sure of one action."""

    def __init__(self, action: str, probability: float = 0.9) -> None:
        self._ranked = [(action, probability)]

    def probabilities(self, tracker: Tracker) -> Sequence[tuple[str, float]]:
        return self._ranked


def test_a_story_is_told_again() -> None:
    talk = Talk(MOODS)
    assert talk.say("greet") == ["utter_greet"]
    assert talk.say("sad") == ["utter_cheer", "utter_helped"]
    assert talk.say("deny") == ["utter_bye"]
    assert talk.predictions[0].name == "sadder"
    assert {one.source for one in talk.predictions} == {"story"}


def test_a_turn_of_a_rule_that_no_story_has_is_invisible_to_stories() -> None:
    talk = Talk(MOODS)
    talk.say("greet")
    assert talk.say("challenge") == ["utter_bot"]
    talk.say("sad")
    assert {one.source for one in talk.predictions} == {"story"}
    talk.say("challenge")
    assert talk.say("affirm") == ["utter_happy"]
    assert talk.predictions[0].source == "story"


def test_a_turn_of_a_rule_that_stories_have_is_visible() -> None:
    talk = Talk(MOODS + "  - {rule: hi, steps: [{intent: greet}, {action: utter_greet}]}\n")
    assert talk.say("greet") == ["utter_greet"]
    assert talk.say("great") == ["utter_happy"]
    assert talk.predictions[0].source == "story"


def test_a_story_may_begin_at_any_time() -> None:
    talk = Talk(MOODS)
    for _ in range(3):
        talk.say("greet")
        assert talk.say("great") == ["utter_happy"]
    assert talk.predictions[0].source == "forgetful"
    assert talk.predictions[0].score < 1


def test_a_message_alone_says_nothing_unless_a_story_begins_with_it() -> None:
    talk = Talk(MOODS)
    assert talk.say("deny") == ["action_default_fallback"]


def test_a_window_that_stories_leave_differently_says_nothing_and_the_learned_model_is_asked() -> None:
    stories = """
stories:
  - {story: a, steps: [{intent: a}, {action: utter_a}, {intent: x}, {action: utter_x}, {intent: y}, {action: utter_1}]}
  - {story: b, steps: [{intent: b}, {action: utter_b}, {intent: x}, {action: utter_x}, {intent: y}, {action: utter_2}]}
"""
    predictor = Predictor(dialogue_of(stories), learned=Always("utter_2"), max_history=3)
    for before, source, action in (("a", "story", "utter_1"), ("b", "story", "utter_2"), ("z", "learned", "utter_2")):
        tracker = Tracker(predictor.features)
        for intent in (before, "x"):
            tracker = tracker.heard(Heard(intent=intent)).acted(f"utter_{intent}").acted(LISTEN)
        predicted = predictor.predict(tracker.heard(Heard(intent="y")))
        assert (predicted.source, predicted.action) == (source, action)


def test_the_learned_model_is_believed_from_its_threshold_on() -> None:
    for probability, action in ((0.31, "utter_happy"), (0.29, "action_default_fallback")):
        talk = Talk(MOODS, learned=Always("utter_happy", probability))
        predicted = talk.predictor.predict(talk.tracker.heard(Heard(intent="odd")))
        assert predicted.action == action


def test_words_may_be_what_a_story_goes_by() -> None:
    talk = Talk("""
        stories:
          - {story: words, steps: [{intent: hint}, {action: utter_sushi}, {user: "I had that  yesterday"}, {bot: Pity}]}
          - {story: other, steps: [{intent: hint}, {action: utter_sushi}, {intent: affirm}, {action: utter_good}]}
    """)
    talk.say("hint")
    assert talk.say("affirm", text="i had that yesterday") == ["Pity"]


names = st.sampled_from(["a", "b", "c"])
turns = st.tuples(names, st.lists(names.map("utter_{}".format), max_size=3))
plots = st.lists(st.lists(turns, min_size=1, max_size=5), min_size=1, max_size=5)


def _stories(plot: list[list[tuple[str, list[str]]]]) -> Dialogue:
    stories = []
    for number, turns_of_one in enumerate(plot):
        steps: list[UserStep | ActionStep] = []
        for intent, actions in turns_of_one:
            steps.append(UserStep(intent))
            steps.extend(ActionStep(action) for action in actions)
        stories.append(Story(str(number), tuple(steps), Place(Path("s.yaml"), number + 1)))
    return Dialogue(stories=tuple(stories))


@given(plots)
@settings(deadline=None, max_examples=150)
def test_every_story_predicts_itself_unless_another_contradicts_it(plot: list[list[tuple[str, list[str]]]]) -> None:
    dialogue = _stories(plot)
    predictor = Predictor(dialogue)
    told: dict[tuple[object, ...], set[str]] = {}
    for turns_of_one in plot:  # by hand, without the tracker
        history: tuple[object, ...] = ()
        for intent, actions in turns_of_one:
            history = (*history, f"heard {intent}")
            for action in (*actions, LISTEN):
                told.setdefault(history, set()).add(action)
                history = (*history, action)
    for turns_of_one in plot:
        tracker, history = Tracker(predictor.features), ()
        for intent, actions in turns_of_one:
            tracker = tracker.heard(Heard(intent=intent))
            history = (*history, f"heard {intent}")
            for action in (*actions, LISTEN):
                predicted = predictor.predict(tracker)
                if told[history] == {action}:
                    assert (predicted.action, predicted.source) == (action, "story")
                else:
                    assert predicted.source == "fallback"
                tracker, history = tracker.acted(action), (*history, action)


@given(plots)
@settings(deadline=None, max_examples=50)
def test_there_is_a_moment_for_every_action_and_every_end_of_a_turn(plot: list[list[tuple[str, list[str]]]]) -> None:
    found = [moment.action for moment in moments(_stories(plot))]
    expected = [action for story in plot for _, actions in story for action in (*actions, LISTEN)]
    assert sorted(found) == sorted(expected)


def test_words_that_one_story_goes_by_are_their_meaning_to_all_others() -> None:
    talk = Talk("""
        rules: [{rule: bye, steps: [{intent: bye}, {action: utter_bye}]}]
        stories:
          - {story: words, steps: [{intent: hint}, {action: utter_sushi}, {user: "Yes"}, {action: utter_fish}]}
          - {story: meaning, steps: [{intent: greet}, {action: utter_go_on}, {intent: affirm}, {action: utter_more},
                                     {intent: thanks}, {action: utter_welcome}]}
          - {story: other, steps: [{intent: leave}, {action: utter_sure}, {user: "I go"}, {action: utter_sad}]}
    """)
    talk.say("hint")
    assert talk.say("affirm", text="yes") == ["utter_fish"]
    talk.say("greet")
    assert talk.say("affirm", text="yes") == ["utter_more"]
    assert talk.say("thanks") == ["utter_welcome"]
    assert talk.say("bye", text="I go") == ["utter_bye"]
