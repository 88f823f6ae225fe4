"""Slots and tasks: the definitions reckoned by hand, what is the same value, and what is compared with what."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import Context
from dialog_core.datasets import Dialogue, DialogueAct, DialogueTurn
from dialog_evaluation.metrics.task_success import Performed, Task, task_of
from tests.plugins.dialog_evaluation.metrics.published_pairs import DATA

states = st.lists(
    st.dictionaries(st.sampled_from(["hotel-area", "hotel-stars", "food"]), st.sampled_from(["a", "b", "", "any"])),
    max_size=5,
)


def metric(name: str, **options: Any) -> Any:
    return Context().create("metric", {"use": name, **options})


def accuracy(known: Any, wanted: Any, **options: Any) -> dict[str, float]:
    found: dict[str, float] = metric("slot_accuracy", **options).compute(known, wanted)
    return found


def right(known: Any, wanted: Any, **options: Any) -> bool:
    """Whether the last of the states is right."""
    rows = metric("slot_accuracy", **options).per_row(known, wanted)["joint_goal_accuracy"]
    return bool(rows[-1])


def test_the_figures_are_those_reckoned_by_hand() -> None:
    wanted = [{"area": "east"}, {"area": "east", "food": "thai"}, {"area": "east", "food": "thai", "price": "cheap"}]
    known = [{"area": "east"}, {"area": "east", "food": "chinese"}, {"area": "east", "food": "thai"}]
    found = accuracy(known, wanted)
    assert found == pytest.approx(
        {
            "joint_goal_accuracy": 1 / 3,
            "slot_accuracy": (3 + 2 + 2) / 9,
            "average_goal_accuracy": (1 + 1 / 2 + 2 / 3) / 3,
            "slot_precision": 4 / 5,
            "slot_recall": 4 / 6,
            "slot_f1": 8 / 11,
        }
    )


def test_a_slot_that_was_made_up_makes_the_goal_wrong() -> None:
    found = accuracy([{"area": "east", "food": "thai"}], [{"area": "east"}], slots=["area", "food"])
    assert found["joint_goal_accuracy"] == 0
    assert found["slot_accuracy"] == 0.5
    assert found["average_goal_accuracy"] == 1


def test_a_turn_at_which_nothing_is_to_be_known_is_right_if_nothing_is() -> None:
    assert accuracy([{}, {}], [{}, {"area": "east"}])["joint_goal_accuracy"] == 0.5


def test_without_recorded_slots_there_is_nothing_to_measure() -> None:
    assert accuracy([{"area": "east"}], [{}]) == {}
    assert accuracy([], []) == {}


@pytest.mark.parametrize(
    ("known", "wanted"),
    [
        ("East ", "east"),
        ("9:15", "09:15"),
        ("９：１５", "09:15"),
        (4, "4"),
        (4.0, "4"),
        (True, "yes"),
        ("do n't care", "dontcare"),
        ("无所谓", "Don't Care"),
        ("don’t care", "any"),
        ("centre", ["center", "centre"]),
        (["thai"], "thai"),
        (["thai", "chinese"], ["chinese", "thai", "indian"]),
        ("none", ""),
        (None, "not mentioned"),
    ],
)
def test_values_that_are_the_same(known: Any, wanted: Any) -> None:
    assert right([{"x": known, "y": 1}], [{"x": wanted, "y": 1}])


@pytest.mark.parametrize(
    ("known", "wanted"), [("east", "west"), ("", "east"), ("east", ""), (["thai", "greek"], "thai"), ("any", "thai")]
)
def test_values_that_differ(known: Any, wanted: Any) -> None:
    assert not right([{"x": known}], [{"x": wanted}], slots=["x"])


def test_synonyms_are_the_users() -> None:
    assert not right([{"x": "center"}], [{"x": "centre"}])
    assert right([{"x": "Center"}], [{"x": "centre"}], synonyms={"center": "centre"})


def test_names_of_slots_are_matched_as_told_or_by_their_end_where_only_one_ends_so() -> None:
    wanted = [{"restaurant-price range": "cheap", "restaurant-area": "east", "hotel-area": "west"}]
    known = [{"price": "cheap", "restaurant_area": "east", "area": "west", "asked_twice": True}]
    slots = metric("slot_accuracy", names={"price": "restaurant-price range"})
    assert slots.mapping(known, wanted) == {
        "price": "restaurant-price-range",
        "restaurant_area": "restaurant-area",
        "area": "",  # of a hotel, or of a restaurant?
        "asked_twice": "",
    }
    assert right([{"price_range": "cheap"}], [{"restaurant-price range": "cheap"}])
    assert right([{"hotel": {"area": "west"}}], [{"hotel-area": "west"}])


@given(states, states)
def test_shares_are_between_none_and_all_and_who_knows_all_has_all(
    wanted: list[dict[str, str]], known: list[dict[str, str]]
) -> None:
    for row in (wanted, [*known, *wanted][: len(wanted)]):
        for value in accuracy(row, wanted).values():
            assert 0 <= value <= 1
    if any(value for state in wanted for value in state.values()):
        assert accuracy(wanted, wanted)["joint_goal_accuracy"] == 1
        assert accuracy(wanted, wanted)["slot_f1"] == 1


def test_rows_add_up_to_the_figures() -> None:
    wanted, known = [{"a": "1"}, {"a": "1", "b": "2"}, {}], [{"a": "1"}, {"b": "3"}, {"a": "2"}]
    slots = metric("slot_accuracy")
    assert slots.figures(slots.counts(known, wanted).sum(axis=0)) == slots.compute(known, wanted)


# --- Tasks

ASKED = DialogueAct("Request", "restaurant", "phone", "?")
GIVEN = DialogueAct("Inform", "restaurant", "phone", "01223 323737")
RECORDED = Dialogue(
    "d",
    (
        DialogueTurn("user", "An Italian one, and the phone number?", acts=(ASKED,), state={"food": "italian"}),
        DialogueTurn("bot", "What area?", acts=(DialogueAct("request", "restaurant", "area"),)),
        DialogueTurn("user", "In the centre.", state={"food": "italian", "area": "centre"}),
        DialogueTurn("bot", "Pizza hut, 01223 323737.", acts=(GIVEN,)),
        DialogueTurn("user", "Thanks!"),
    ),
)


def test_what_there_was_to_be_done_is_read_from_states_and_acts() -> None:
    assert task_of(RECORDED) == Task({"food": "italian", "area": "centre"}, {"restaurant-phone": ["01223 323737"]})


@pytest.mark.parametrize(
    ("slots", "said", "reached", "given_"),
    [
        ({"food": "Italian", "area": "centre"}, ["Call 01223-323737."], 1, 1),
        ({"food": "italian"}, ["Call 01223 323737"], 0, 1),
        ({"food": "italian", "area": "centre", "name": "x"}, ["No idea."], 1, 0),
        ({}, [], 0, 0),
    ],
)
def test_a_task_is_done_if_the_goal_is_reached_and_all_was_told(
    slots: dict[str, str], said: list[str], reached: int, given_: int
) -> None:
    found = metric("task_success").compute([Performed(slots, said)], [task_of(RECORDED)])
    assert found == {"task_success": reached * given_, "goal_reached": reached, "information_given": given_}


def test_dialogues_nothing_is_recorded_of_do_not_count() -> None:
    found = metric("task_success").per_dialogue(
        [Performed(), Performed({"a": "1"}), Performed({}, ["It is 5."])],
        [Task(), Task({"a": "1"}), Task({}, {"b": ["5"]})],
    )
    assert math.isnan(found["task_success"][0])
    assert found["task_success"][1:].tolist() == [1, 1]
    assert np.isnan(found["goal_reached"]).tolist() == [True, False, True]
    assert metric("task_success").compute([Performed()], [Task()]) == {}


@pytest.mark.parametrize(
    ("values", "said", "given_"),
    [
        (["01223 323737"], "Call 01223-323737.", True),
        (["01223 323737"], "Call 01223 and then 323738.", False),
        (["010-88545022 010-88545360"], "请打010-88545022，或010-88545360。", True),
        (["010-88545022 010-88545360"], "请打010-88545022。", False),
        (["yes"], "Of course, it is free!", True),
        (["无"], "附近没有景点。", True),
        (["none", "12 pounds"], "It costs 12 Pounds", True),
        (["9:15"], "It leaves at 9:15.", True),
        (["east"], "at least one", False),
        (["five"], "It is rated four.", False),
        (["01223 323737"], "01223323737", True),
    ],
)
def test_what_counts_as_told(values: list[str], said: str, given_: bool) -> None:
    found = metric("task_success").compute([Performed({}, [said])], [Task({}, {"x": values})])
    assert found["information_given"] == given_


@pytest.mark.parametrize(
    ("file", "least"),
    [
        ("multiwoz21/val.compact.jsonl", 0.99),
        ("camrest676/data/dialogues.json", 0.99),
        ("crosswoz/val.compact.jsonl", 0.96),
    ],
)
def test_people_themselves_give_nearly_all_that_was_asked_for(file: str, least: float) -> None:
    """Whoever says what people said has done the task, or the metric asks for what nobody says."""
    path = DATA / file
    if not path.exists():
        pytest.skip(f"there is no {path}; set DIALOG_CORE_DATA to where the data lies")
    dialogues = [one for one in Context().create("reader", "auto").read(path) if one.metadata.get("split") != "test"]
    tasks = [task_of(dialogue) for dialogue in dialogues]
    said = [
        Performed(task.state, [turn.text for turn in dialogue.turns if turn.role == "bot"])
        for dialogue, task in zip(dialogues, tasks, strict=True)
    ]
    assert sum(bool(task.requested) for task in tasks) > 0.6 * len(tasks)
    assert metric("task_success").compute(said, tasks)["task_success"] >= least
    silent = [Performed() for _ in tasks]
    assert metric("task_success").compute(silent, tasks)["task_success"] < 0.05
