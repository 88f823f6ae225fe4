from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from dialog_ranking.choices import Choice
from dialog_ranking_training.splitting import folds, split_by_time
from tests.plugins.dialog_ranking_training.made_choices import make_choice


@st.composite
def conversations(draw: st.DrawFn) -> list[Choice]:
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, 12), st.sampled_from(["", "", "ann", "bob", "cas"]), st.integers(0, 3)),
            max_size=40,
        )
    )
    return [
        make_choice(("faq", 0.5, 1.0), id=str(number), conversation=f"c{talk}", user=user, day=day)
        for number, (talk, user, day) in enumerate(rows)
    ]


@given(conversations(), st.integers(2, 6), st.integers(0, 3))
def test_no_conversation_is_on_both_sides_and_nothing_is_lost(choices: list[Choice], count: int, seed: int) -> None:
    splits = folds(choices, count, seed)

    assert sorted(place for _, held in splits for place in held) == (list(range(len(choices))) if splits else [])
    for learnt, held in splits:
        assert sorted([*learnt, *held]) == list(range(len(choices)))
        assert held
        assert not {choices[place].conversation for place in learnt} & {choices[place].conversation for place in held}
    conversations = len({choice.conversation for choice in choices})
    assert len(splits) == (min(count, conversations) if conversations > 1 else 0)
    assert splits == folds(choices, count, seed)


@given(conversations(), st.floats(0.05, 0.9), st.integers(0, 3))
def test_the_newest_conversations_are_held_out_whole(choices: list[Choice], share: float, seed: int) -> None:
    learnt, held = split_by_time(choices, share, seed)

    assert sorted([*learnt, *held]) == list(range(len(choices)))
    assert not {choices[place].conversation for place in learnt} & {choices[place].conversation for place in held}
    if len({choice.conversation for choice in choices}) > 1:
        assert learnt
        assert held
    last: dict[str, datetime] = {}
    for choice in choices:
        last[choice.conversation] = max(choice.turn.now, last.get(choice.conversation, choice.turn.now))
    if len(set(last.values())) > 1:
        newest_learnt = max(last[choices[place].conversation] for place in learnt)
        assert all(last[choices[place].conversation] >= newest_learnt for place in held)


def test_conversations_of_one_user_stay_together_where_there_are_enough_users() -> None:
    choices = [
        make_choice(("faq", 0.5, 1.0), id=f"{user}{talk}", conversation=f"{user}{talk}", user=user)
        for user in ("ann", "bob", "cas", "dan", "eve", "fay")
        for talk in range(5)
    ]

    for learnt, held in folds(choices, 3, seed=0):
        assert not {choices[place].user for place in learnt} & {choices[place].user for place in held}
        assert len(held) == 10


def test_a_single_user_with_many_conversations_can_still_be_split() -> None:
    choices = [make_choice(("faq", 0.5, 1.0), id=str(number), user="ann") for number in range(20)]

    assert [len(held) for _, held in folds(choices, 5, seed=1)] == [4, 4, 4, 4, 4]


def test_other_seeds_split_otherwise() -> None:
    choices = [make_choice(("faq", 0.5, 1.0), id=str(number)) for number in range(30)]

    assert folds(choices, 5, seed=1) != folds(choices, 5, seed=2)
    assert split_by_time(choices, 0.2, seed=1) != split_by_time(choices, 0.2, seed=2)
