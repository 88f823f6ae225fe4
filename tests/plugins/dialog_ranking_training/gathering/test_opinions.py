"""However a conversation went, what is made of it holds together."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_core import (
    BotSaid,
    Conversation,
    Event,
    FeedbackGiven,
    FlowEnded,
    FlowStarted,
    HandedBack,
    HandedOver,
    HumanSaid,
    Message,
    ReplyEdited,
    SessionStarted,
    UserSaid,
)
from dialog_core.testing import NASTY_TEXTS, make_context
from dialog_ranking.choices import Choice
from dialog_ranking_training.gathering.asked_again import AskedAgain
from dialog_ranking_training.gathering.likeness import Likeness
from dialog_ranking_training.gathering.logs import judged
from dialog_ranking_training.gathering.opinions import WEIGHTS, opinions_of
from tests.plugins.dialog_ranking_training.made_choices import make_choice

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
IDS = st.sampled_from(["", "0", "1", "2", "3", "no such"])
TEXTS = st.sampled_from(["when do you open", "When do you open?", "几点开门", "thanks", "reply 0 of faq", ""])
WHEN = st.integers(-60, 600).map(lambda seconds: NOON + timedelta(seconds=seconds))
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(lambda text, id, at: UserSaid(Message(text, client_id=id, at=at)), TEXTS, IDS, WHEN),
    st.builds(BotSaid, TEXTS, WHEN, IDS, st.sampled_from(["faq", "fallback", "guard", ""])),
    st.builds(HumanSaid, TEXTS, WHEN),
    st.builds(ReplyEdited, IDS, TEXTS, WHEN, st.sampled_from(["", "Ann", "Ben"])),
    st.builds(FeedbackGiven, IDS, st.sampled_from(["good", "bad"]), WHEN),
    st.builds(HandedOver, WHEN),
    st.builds(HandedBack, WHEN),
    st.builds(SessionStarted, WHEN),
    st.just(FlowStarted("a", "flows")),
    st.just(FlowEnded("a")),
    st.just(FlowEnded("never begun")),
)
CANDIDATES = st.lists(st.tuples(st.sampled_from(["faq", "llm"]), st.floats(0, 1), st.none()), min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@given(st.lists(EVENTS, max_size=25))
def test_only_what_was_said_is_judged_and_everybody_has_one_word(events: list[Event]) -> None:
    conversation = Conversation("c", events)

    for about, found in opinions_of(conversation, AskedAgain(make_context())).items():
        assert conversation.replies_to(about)
        assert found
        assert len({opinion.plain for opinion in found}) == 1
        assert len({opinion.person for opinion in found}) == len(found)
        assert all(opinion.weight == WEIGHTS[opinion.source] for opinion in found)


@settings(max_examples=80, deadline=None)
@given(st.lists(EVENTS, max_size=25), CANDIDATES, st.data())
def test_labels_lie_between_right_and_wrong_and_weigh_something(
    events: list[Event], candidates: list[Any], data: st.DataObject
) -> None:
    chosen = data.draw(st.none() | st.integers(0, len(candidates) - 1))
    choice: Choice = make_choice(*candidates, chosen=chosen)

    for opinions in opinions_of(Conversation("c", events), lambda first, second: first != second).values():
        labels, nobody, disputed = judged(choice, opinions, Likeness(make_context()))

        assert len(labels) == len(candidates)
        known = [label for label in (*labels, nobody) if label is not None]
        assert all(0 <= label.right <= 1 and 0 < label.weight <= 5 for label in known)
        assert disputed is any(0 < label.right < 1 for label in known)
        assert (nobody is None) or chosen is None


def test_no_text_is_too_odd_to_be_compared() -> None:
    alike, likeness = AskedAgain(make_context()), Likeness(make_context())

    for first in NASTY_TEXTS:
        for second in NASTY_TEXTS:
            assert alike(first, second) is alike(second, first)
            assert 0 <= likeness(first, second) <= 1
