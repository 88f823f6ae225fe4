from collections.abc import Sequence
from dataclasses import replace

import pytest

from dialog_core import Context, Conversation, HandedOver, HumanSaid
from dialog_core.datasets import KnowledgeEntry
from dialog_ranking_training.learning.exchanges import exchanges_of
from dialog_ranking_training.learning.known import Known, KnownEntry
from dialog_ranking_training.learning.masking import Masker
from dialog_ranking_training.learning.suggesting import MOST_OF_USER, Suggested, suggest
from dialog_ranking_training.learning.suggestion import Suggestion
from tests.plugins.dialog_ranking_training.learning.happenings import asked, bad, conversation, edit, good, now

SHIPPING = "Shipping costs 4 euros, and nothing from 50 euros on."
KNOWN = Known(
    KnownEntry("faq", KnowledgeEntry(id, questions, answer))
    for id, questions, answer in (
        ("shipping", ("How much is shipping?", "What does delivery cost?"), SHIPPING),
        ("returns", ("Can I send something back?",), "Within thirty days."),
        ("hours", ("When are you open?", "What are your opening hours?"), "From nine to five."),
    )
)


def found(
    conversations: Sequence[Conversation], *, known: Known = KNOWN, language: str = "en", **settings: object
) -> Suggested:
    masker = Masker("[number]", "[e-mail]", known.texts())
    return suggest(exchanges_of(conversations), known, masker, Context(language=language), source="faq", **settings)  # type: ignore[arg-type]


def only(*conversations: Conversation, **settings: object) -> Suggestion:
    (suggestion,) = found(conversations, **settings).suggestions  # type: ignore[arg-type]
    return suggestion


def test_an_edit_becomes_an_entry_with_what_others_asked_in_other_words() -> None:
    suggestion = only(
        conversation(asked("Do you sell garden gnomes?", "Shipping costs.", entry="shipping"), edit("Yes, red ones.")),
        conversation(asked("do you sell gnomes for the garden", user="u2")),
    )

    assert (suggestion.kind, suggestion.answer, suggestion.knowledge) == ("new", "Yes, red ones.", "faq")
    assert suggestion.questions == ("Do you sell garden gnomes?", "do you sell gnomes for the garden")
    assert (suggestion.seen.messages, suggestion.seen.people) == (2, 2)
    assert suggestion.seen.origins[0].author == "Ann"


def test_an_edit_of_the_answer_to_a_known_question_changes_that_answer() -> None:
    suggestion = only(conversation(asked("how much is the shipping", SHIPPING, entry="shipping"), edit("Five euros.")))

    assert (suggestion.kind, suggestion.entry, suggestion.answer) == ("changed_answer", "shipping", "Five euros.")
    assert suggestion.questions == ()


def test_an_edit_that_keeps_most_of_an_answer_changes_it_however_it_was_asked_for() -> None:
    edited = SHIPPING.replace("4", "5")
    suggestion = only(conversation(asked("price for posting a mug", SHIPPING, entry="shipping"), edit(edited)))

    assert (suggestion.kind, suggestion.entry, suggestion.answer) == ("changed_answer", "shipping", edited)
    assert suggestion.questions == ("price for posting a mug",)


def test_an_edit_that_says_what_an_entry_says_is_another_way_to_ask_for_it() -> None:
    suggestion = only(conversation(asked("is the shop closed on sundays"), edit("from nine to FIVE")))

    assert (suggestion.kind, suggestion.entry, suggestion.answer) == ("rephrasing", "hours", "")
    assert suggestion.questions == ("is the shop closed on sundays",)


def test_what_has_come_into_the_knowledge_already_is_not_suggested() -> None:
    entry = KnowledgeEntry("gnomes", ("Do you sell garden gnomes?",), "Yes, red ones.")
    talk = conversation(asked("do you sell garden gnomes"), edit("Yes, red ones."))

    assert only(talk).kind == "new"
    assert found([talk], known=Known([*KNOWN.entries, KnownEntry("faq", entry)])).suggestions == ()


def test_a_person_who_takes_over_answers_without_their_greeting() -> None:
    said = [HumanSaid(text, now(), "Ben") for text in ("Hello, Ben here.", "Yes, red ones, from eleven euros on.")]
    greeting = HumanSaid("Hello, Ben here.", now(), "Ben")
    back = HumanSaid("Which gnomes do you mean, red or blue ones?", now(), "Ben")

    suggestion = only(
        conversation(asked("Do you sell garden gnomes?"), HandedOver(now()), *said),
        conversation(asked("Who won?"), HandedOver(now()), greeting),
        conversation(asked("Where is it?"), HandedOver(now()), back),
    )

    assert (suggestion.kind, suggestion.answer) == ("new", "Yes, red ones, from eleven euros on.")


def test_people_who_disagree_are_all_heard_and_the_last_one_is_proposed() -> None:
    suggestion = only(
        conversation(asked("Do you sell garden gnomes?"), edit("No.")),
        conversation(asked("do you sell a garden gnome"), edit("Yes!", author="Ben")),
    )

    assert (suggestion.answer, suggestion.others) == ("Yes!", ("No.",))
    assert {origin.author for origin in suggestion.seen.origins} == {"Ann", "Ben"}


def test_questions_nobody_could_answer_become_topics_the_most_wanted_first() -> None:
    gnomes = [conversation(asked(text)) for text in ("garden gnomes?", "any gnomes for the garden", "gnomes in garden")]
    bitcoin = [conversation(asked(text)) for text in ("can i pay with bitcoin", "bitcoin payment")]

    result = found([*bitcoin, *gnomes, conversation(asked("who won the cup"))])

    assert [(topic.kind, topic.seen.messages) for topic in result.suggestions] == [("topic", 3), ("topic", 2)]
    assert {"gnomes", "garden"} <= set(result.suggestions[0].title.split())
    assert result.suggestions[0].answer == ""
    assert result.alone == 1
    assert len(found([conversation(asked("who won the cup"))], at_least=1).suggestions) == 1


def test_a_bad_answer_is_no_answer_and_is_shown() -> None:
    pair = [conversation(asked("bitcoin?", "From nine to five.", entry="hours"), bad()) for _ in range(2)]

    assert only(*pair).said == "From nine to five."


def test_a_good_answer_to_words_far_from_any_phrasing_is_a_new_one() -> None:
    suggestion = only(
        conversation(asked("price for posting a mug", SHIPPING, entry="shipping"), good()),
        conversation(asked("what does the delivery cost", SHIPPING, entry="shipping"), good()),
        conversation(asked("bitcoin", SHIPPING, entry="shipping")),
    )

    assert (suggestion.kind, suggestion.entry) == ("rephrasing", "shipping")
    assert suggestion.questions == ("price for posting a mug",)


def test_a_good_answer_from_an_entry_that_is_gone_teaches_nothing() -> None:
    assert found([conversation(asked("price for a mug", "4", entry="gone"), good())]).suggestions == ()


def test_nobody_fills_the_list_alone() -> None:
    flood = [conversation(asked(f"gnome number {n} garden", user="mallory")) for n in range(300)]
    other = [conversation(asked(text, user=text)) for text in ("bitcoin", "bitcoin payment")]

    result = found([*flood, *other])

    assert [topic.seen.people for topic in result.suggestions] == [2, 1]
    assert result.suggestions[1].seen.messages == MOST_OF_USER
    assert len(result.suggestions[1].questions) == 2
    assert result.left_out == 300 - MOST_OF_USER


def test_personal_data_is_in_no_suggestion() -> None:
    suggestion = only(
        conversation(asked("Where is my order 99887766? I am jo@home.org"), edit("Order 99887766 is on its way, Jo."))
    )

    assert suggestion.questions == ("Where is my order [number]? I am [e-mail]",)
    assert suggestion.answer == "Order [number] is on its way, Jo."


def test_what_was_decided_is_not_suggested_again_and_neither_is_more_of_what_was_dismissed() -> None:
    asked_before = [conversation(asked(text)) for text in ("garden gnomes?", "any gnomes for the garden")]
    topic = only(*asked_before)
    dismissed = replace(topic, decision="dismiss")
    accepted = replace(topic, decision="accept")
    later = [conversation(asked("garden gnomes")), conversation(asked("gnomes, garden"))]

    assert found(asked_before, decided=[accepted]).suggestions == ()
    assert found([*asked_before, *later], decided=[dismissed]).suggestions == ()
    assert only(*asked_before, *later, decided=[accepted]).seen.messages == 2


def test_the_same_conversations_always_make_the_same_suggestions_and_more_keep_the_id() -> None:
    gnomes = [conversation(asked(text)) for text in ("garden gnomes?", "any gnomes for the garden", "gnomes in garden")]
    assert found(gnomes) == found(gnomes)
    assert only(*gnomes[:2]).id == only(*gnomes).id


@pytest.mark.parametrize(
    ("texts", "title"),
    [
        (("怎么开发票", "发票在哪里开", "我要开发票"), "发票"),
        (("有没有猫爬架", "猫爬架有货吗", "想买个猫爬架"), "猫爬架"),
    ],
)
def test_chinese_is_grouped_by_its_characters(texts: tuple[str, ...], title: str) -> None:
    others = [conversation(asked(text)) for text in ("可以用比特币付款吗", "比特币付款")]

    result = found([*(conversation(asked(text)) for text in texts), *others], known=Known(()), language="zh")

    assert [topic.seen.messages for topic in result.suggestions] == [3, 2]
    assert title in result.suggestions[0].title
    assert result.suggestions[1].title.startswith("比特币")


def test_a_bot_that_knows_nothing_and_messages_that_say_nothing_do_no_harm() -> None:
    empty = [conversation(asked(text), bad()) for text in ("?!", "🙂", "...", "\x1b[0m")]

    assert found(empty, known=Known(())).suggestions == ()
    assert found([], known=Known(())).suggestions == ()
