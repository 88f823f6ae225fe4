"""Steps that remove or part turns, texts and items: empty, length, language, merged_turns, repeated, toxic."""

from pathlib import Path

import pytest

from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import Dialogue, DialogueAct, DialogueTurn, KnowledgeEntry, LabelledText
from dialog_core.interfaces import Removed


def texts(dialogue: Dialogue) -> list[str]:
    return [turn.text for turn in dialogue.turns]


def test_empty_turns_go_and_a_dialogue_without_turns_goes_with_them(step, talk) -> None:
    empty = step("empty")

    assert texts(empty.clean(talk("hi", " \n", "still there?"))) == ["hi", "still there?"]
    assert empty.clean(talk("", "  ")) == Removed("no turns are left")
    assert empty.clean(Dialogue("d", (DialogueTurn("system", "Be kind."),))) == Removed("no turns are left")
    assert step("empty", removes="item").clean(talk("hi", "")) == Removed("a turn is empty")


def test_a_turn_that_acts_without_words_stays(step) -> None:
    calling = DialogueTurn("bot", "", {"tool_calls": [{"name": "look_up"}]})
    informing = DialogueTurn("bot", "", acts=(DialogueAct("inform"),))
    dialogue = Dialogue("d", (DialogueTurn("user", "hi"), calling, informing))

    assert step("empty").clean(dialogue) is dialogue


def test_an_entry_without_an_answer_goes_and_an_empty_phrasing_with_nothing_else(step) -> None:
    empty = step("empty")

    assert empty.clean(KnowledgeEntry("e", ("what?", " "), "that")) == KnowledgeEntry("e", ("what?",), "that")
    assert empty.clean(KnowledgeEntry("e", ("what?",), "")) == Removed("the answer is empty")
    assert empty.clean(KnowledgeEntry("e", ("",), "that")) == Removed("no question is left")


def test_punctuation_alone_is_nothing_where_that_is_asked_for_and_an_emoji_is_something(step) -> None:
    strict = step("empty", punctuation=True)

    assert step("empty").clean(LabelledText("...", "")).text == "..."
    assert strict.clean(LabelledText("……！", "")) == Removed("the text is empty")
    assert strict.clean(LabelledText("👍", "")).text == "👍"


def test_a_text_is_as_long_as_it_has_words_and_chinese_counts_alike(step) -> None:
    length = step("length", least=2, most=5)

    assert length.clean(LabelledText("one two three", "")).text
    assert length.clean(LabelledText("one", "")) == Removed("a text is too short", "1 words")
    assert length.clean(LabelledText("one two three four five six", "")) == Removed("a text is too long", "6 words")
    assert length.clean(LabelledText("我想退货可以吗", "")).text
    assert length.clean(LabelledText("我想退货可以吗我买的灯坏了", "")).reason == "a text is too long"
    assert step("length", most=3, unit="characters").clean(LabelledText("四个字符", "")).detail == "4 characters"


def test_only_the_long_turn_goes_where_that_is_asked_for(step, talk) -> None:
    dialogue = talk("a b", "a b c d e f", "c d")

    assert step("length", most=5).clean(dialogue) == Removed("a text is too long", "6 words")
    assert texts(step("length", most=5, removes="turn").clean(dialogue)) == ["a b", "c d"]


def test_a_long_dialogue_is_removed_cut_or_split_and_its_instructions_go_along(step) -> None:
    system = DialogueTurn("system", "Be kind.")
    turns = tuple(DialogueTurn("user", str(number)) for number in range(5))
    dialogue = Dialogue("d", (system, *turns), {"line": 7})

    assert step("length", most_turns=4).clean(dialogue) == Removed("too many turns", "5")
    assert texts(step("length", most_turns=2, long_dialogues="cut").clean(dialogue)) == ["Be kind.", "0", "1"]
    parts = step("length", most_turns=2, long_dialogues="split").clean(dialogue)
    assert [(part.id, texts(part), part.metadata) for part in parts] == [
        ("d#1", ["Be kind.", "0", "1"], {"line": 7}),
        ("d#2", ["Be kind.", "2", "3"], {"line": 7}),
        ("d#3", ["Be kind.", "4"], {"line": 7}),
    ]
    assert step("length", least_turns=6).clean(dialogue) == Removed("too few turns", "5")
    assert step("length", most_turns=5).clean(dialogue) is dialogue


def test_what_is_in_another_language_goes_and_what_cannot_be_told_stays(step, talk) -> None:
    english = step("language", keep="en")
    german = "Guten Tag, ich möchte gerne eine Lampe bestellen."

    assert english.clean(LabelledText(german, "")) == Removed("in another language", "de")
    assert english.clean(LabelledText("I would like to order a lamp, please.", "")).text
    assert english.clean(LabelledText("12345", "")).text == "12345"
    assert step("language", keep="en", unknown="remove").clean(LabelledText("12345", "")).reason == (
        "the language cannot be told"
    )
    mixed = talk("I would like to order a lamp.", german, "What did you say to me?")
    assert texts(step("language", keep=["en"], removes="turn").clean(mixed)) == [
        mixed.turns[0].text,
        mixed.turns[2].text,
    ]
    assert step("language", keep=["en", "zh-CN"]).clean(LabelledText("我想买一盏灯，可以吗？", "")).text


def test_an_annotator_that_knows_no_languages_is_refused(step) -> None:
    with pytest.raises(ConfigurationError, match="does not say what language"):
        step("language", keep="en", annotator={"use": "entities", "entities": {"money": None}}).clean(
            LabelledText("hi", "")
        )


def test_merged_turns_are_taken_apart_by_the_names_before_the_lines(step) -> None:
    apart = step("merged_turns")
    merged = Dialogue("d", (DialogueTurn("user", "A: hi there\nB: hello. A: how are you?"),))

    assert [(turn.role, turn.text) for turn in apart.clean(merged).turns] == [
        ("user", "hi there"),
        ("bot", "hello."),
        ("user", "how are you?"),
    ]
    asked = Dialogue(
        "d", (DialogueTurn("user", "Q: why?\nA: because."), DialogueTurn("bot", "客服：您好。用户：我要退款。"))
    )
    assert [turn.role for turn in apart.clean(asked).turns] == ["user", "bot", "bot", "user"]


@pytest.mark.parametrize(
    "text",
    ["Note: this is 12:30", "User: only one speaker", "I said to the agent: hello. Bot: what?", "A: alone", "a: b:"],
)
def test_a_colon_alone_parts_nothing(step, text: str) -> None:
    dialogue = Dialogue("d", (DialogueTurn("user", text),))

    assert step("merged_turns").clean(dialogue) is dialogue


def test_what_is_known_of_a_merged_turn_stays_with_the_part_of_its_speaker(step) -> None:
    turn = DialogueTurn(
        "user", "Agent: where to? Customer: to Ely.", acts=(DialogueAct("inform"),), state={"to": "ely"}
    )

    bot, user = step("merged_turns").clean(Dialogue("d", (turn,))).turns

    assert (bot.role, bot.acts, dict(bot.state)) == ("bot", (), {})
    assert (user.role, user.acts, user.state) == ("user", turn.acts, turn.state)


def test_turns_of_one_speaker_in_a_row_are_joined_where_that_is_asked_for(step) -> None:
    first = DialogueTurn("user", "hi", acts=(DialogueAct("greet"),))
    second = DialogueTurn("user", "to Ely", acts=(DialogueAct("inform"),), state={"to": "ely"})
    dialogue = Dialogue("d", (first, second, DialogueTurn("bot", "when?")))

    assert step("merged_turns").clean(dialogue) is dialogue
    joined = step("merged_turns", same_speaker="join").clean(dialogue).turns
    assert [turn.text for turn in joined] == ["hi\nto Ely", "when?"]
    assert joined[0].acts == (DialogueAct("greet"), DialogueAct("inform"))
    assert joined[0].state == {"to": "ely"}


def test_a_bot_that_repeats_itself_is_cut_short_and_a_user_may_ask_twice(step, talk) -> None:
    dialogue = talk("what?", "I am fine.", "what?", "I  am FINE.", "bye", "bye")

    assert texts(step("repeated").clean(dialogue)) == ["what?", "I am fine.", "what?", "bye", "bye"]
    assert step("repeated", removes="item").clean(dialogue).reason == "the bot repeats itself"


@pytest.mark.parametrize("text", ["you asshole!", "What a PIECE  of\nshit", "ｆｕｃｋ off", "他妈的，什么东西", "fuck"])
def test_insults_are_found_however_they_are_written(step, text: str) -> None:
    assert step("toxic").clean(LabelledText(text, "")).reason == "a word of the list"


@pytest.mark.parametrize(
    "text",
    [
        "I live in Scunthorpe, near Essex and Penistone.",
        "assess the class, pass the grass, a cocktail in Dickinson Street",
        "I am gay and I have breast cancer.",
        "my dog is a Shih Tzu",
        "他是脑残疾人",
        "大家好，请问怎么退货？",
    ],
)
def test_nobody_is_from_scunthorpe_in_vain(step, text: str) -> None:
    item = LabelledText(text, "")

    assert step("toxic").clean(item) is item


def test_words_of_ones_own_are_looked_for_in_the_turns_asked_for(step, talk, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("# ours\nblue lamp\n灯泡坏\n", encoding="utf-8")
    toxic = step("toxic", words=str(words), builtin=False, roles="bot", removes="turn")

    assert texts(toxic.clean(talk("the blue lamp", "a Blue  LAMP?", "yes", "no"))) == ["the blue lamp", "yes", "no"]
    assert texts(toxic.clean(talk("灯", "你的灯泡坏了", "ok"))) == ["灯", "ok"]


def test_a_list_that_is_no_text_is_refused_with_its_line(step, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_bytes(b"fine\n\xff\xfe\xfa\n")

    with pytest.raises(ConfigurationError, match=r"words\.txt:2"):
        step("toxic", words=str(words))


def test_there_is_nothing_to_find_where_there_are_no_words(step) -> None:
    item = LabelledText("fuck", "")

    assert step("toxic", builtin=False).clean(item) is item
