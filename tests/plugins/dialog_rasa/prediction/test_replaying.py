"""Whatever stories and rules there are: unless a contradiction is told, every story is predicted as it is written."""

from hypothesis import event, given, settings
from hypothesis import strategies as st

from dialog_rasa.dialogue.values import (
    ActionStep,
    Dialogue,
    Form,
    LoopStep,
    OrStep,
    Rule,
    Slot,
    SlotsStep,
    Step,
    Story,
    UserStep,
)
from dialog_rasa.prediction.contract import Moment
from dialog_rasa.prediction.contradictions import contradictions
from dialog_rasa.prediction.predictor import Predictor

intents = st.sampled_from("abcd").map(UserStep)
actions = st.sampled_from(["utter_x", "utter_y", "act"]).map(ActionStep)
slots = st.tuples(st.sampled_from(["flag", "name"]), st.sampled_from([True, False, None, "Ann"])).map(
    lambda slot: SlotsStep((slot,))
)
loops = st.sampled_from(["f", None]).map(LoopStep)
either = st.lists(intents, min_size=2, max_size=2, unique=True).map(lambda two: OrStep(tuple(two)))


@st.composite
def forms(draw: st.DrawFn) -> list[Step]:
    """Return the steps from a form's beginning to its end, with ways out of it and back."""
    steps: list[Step] = [draw(intents), ActionStep("f"), LoopStep("f")]
    for way in draw(st.lists(st.sampled_from(["answer", "implied", "stray", "leave"]), max_size=3)):
        steps.append(draw(intents))
        match way:
            case "answer":
                steps.append(ActionStep("f"))
            case "stray":
                steps += [draw(actions), ActionStep("f")]
            case "leave":
                steps += [draw(actions), draw(intents), ActionStep("f")]
            case _:
                pass
    if draw(st.booleans()):
        steps += [LoopStep(None), draw(actions)]
    return steps


turns = st.tuples(st.one_of(intents, either), st.lists(st.one_of(actions, slots), max_size=3)).map(
    lambda turn: [turn[0], *turn[1]]
)
plots = st.lists(st.one_of(turns, forms()), min_size=1, max_size=4).map(
    lambda parts: [s for part in parts for s in part]
)
rules = st.tuples(
    st.lists(st.one_of(slots, loops), max_size=1),
    st.lists(actions, max_size=1),
    st.one_of(intents, either),
    st.lists(st.one_of(actions, st.just(ActionStep("f"))), max_size=2),
    st.booleans(),
    st.booleans(),
)


@given(st.lists(plots, min_size=1, max_size=3), st.lists(rules, max_size=3))
@settings(deadline=None, max_examples=200)
def test_what_contradicts_nothing_is_predicted(told: list[list[Step]], said: list[tuple]) -> None:  # type: ignore[type-arg]
    dialogue = Dialogue(
        slots={"flag": Slot("flag", "bool"), "name": Slot("name", "text")},
        forms={"f": Form("f", ("name",))},
        stories=tuple(Story(f"story {number}", tuple(steps)) for number, steps in enumerate(told)),
        rules=tuple(
            Rule(f"rule {number}", (*before, user, *after), tuple(condition), at_start and not before, waits)
            for number, (condition, before, user, after, at_start, waits) in enumerate(said)
        ),
    )
    predictor = Predictor(dialogue)
    problems = list(contradictions(predictor))
    wrong = [moment for moment in predictor.stories if _predicted(predictor, moment) != moment.action]
    event("contradictions" if problems else "none")  # more than half are without
    assert problems or not wrong, [(moment.name, moment.action, moment.tracker.state.key) for moment in wrong]


def _predicted(predictor: Predictor, moment: Moment) -> str:
    tracker = moment.tracker
    predicted = predictor.predict(tracker)
    if predicted.action != moment.action and tracker.loop is not None and predicted.action == tracker.loop.name:
        predicted = predictor.predict(tracker.rejected())
    return predicted.action
