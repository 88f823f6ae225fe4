"""Words that are not to be said, however they are disguised."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dialog_core import Bot, Candidate
from dialog_core.interfaces import Allow, Refuse, Rewrite
from dialog_core.testing import make_context, make_turn, write_bot
from dialog_guards.blocklist.guard import Blocklist, check
from dialog_guards.blocklist.options import BlocklistOptions
from dialog_guards.blocklist.words import WordFinder


def found(text: str, *words: str, anywhere: bool = False, disguised: bool = True) -> list[str]:
    finder = WordFinder(words, anywhere=anywhere, disguised=disguised)
    return [text[begin:end] for begin, end in finder.find(text)]


def guard(**options: object) -> Blocklist:
    return Blocklist(BlocklistOptions.model_validate({"words": ["nuisance", "讨厌鬼"], **options}), make_context())


@pytest.mark.parametrize(
    "text",
    [
        "you nuisance",
        "NUISANCE!",
        "ｎｕｉｓａｎｃｅ",
        "nu\u200bisance",
        "nüisance",
        "nui5ance",
        "n.u.i.s.a.n.c.e",
        "n u i s a n c e",
        "nuiiiiisance",
        "n-u-1-5-a-n-c-3",
        "你这个讨厌鬼啊",
        "你这个讨 厌 鬼",
    ],
)
def test_a_word_is_found_however_it_is_written(text: str) -> None:
    assert found(text, "nuisance", "讨厌鬼")


@pytest.mark.parametrize("text", ["nuisances", "a new sans serif", "pronuisance", "nui sance of", "讨论厌烦", ""])
def test_another_word_is_no_match(text: str) -> None:
    assert found(text, "nuisance", "讨厌鬼") == []


def test_a_word_within_another_is_found_only_where_that_is_wanted() -> None:
    assert found("Scunthorpe", "thor") == []
    assert found("Scunthorpe", "thor", anywhere=True) == ["thor"]


def test_without_disguises_what_is_written_otherwise_is_another_word() -> None:
    assert found("nui5ance", "nuisance", disguised=False) == []
    assert found("NUISANCE", "nuisance", disguised=False) == ["NUISANCE"]


def test_the_longest_of_several_is_found_and_phrases_too() -> None:
    assert found("go to hell and back", "hell", "go to hell") == ["go to hell"]


@given(st.text(max_size=200))
def test_any_text_is_gone_through_and_what_is_found_stands_in_it(text: str) -> None:
    finder = WordFinder(["a", "bad", "坏"], anywhere=True, disguised=True)
    places = finder.find(text)
    assert all(0 <= begin < end <= len(text) for begin, end in places)
    assert all(one[1] <= other[0] for one, other in pairwise(places))


def test_a_message_is_refused_in_its_language_and_a_reply_too() -> None:
    verdict = guard().check_input(make_turn("你这个讨厌鬼", language="zh"))
    assert isinstance(verdict, Refuse)
    assert verdict.reply.startswith("我们好好说话")
    assert isinstance(guard().check_output(make_turn("hi"), Candidate("What a nuisance!", 1.0)), Refuse)
    assert guard().check_input(make_turn("where is my order?")) == Allow()


def test_a_word_may_be_masked_instead() -> None:
    masking = guard(incoming="mask", outgoing="allow")
    assert masking.check_input(make_turn("you NUISANCE, you n.u.i.s.a.n.c.e!")) == Rewrite("you ***, you ***!")
    assert masking.check_output(make_turn("hi"), Candidate("What a nuisance!", 1.0)) == Allow()


def test_words_come_from_a_file_a_line_each(tmp_path: Path) -> None:
    files = {"words.txt": "# what we do not say\n\nnuisance\n  pest  \n"}
    bot = """
        version: 1
        policies: [{use: rules, path: rules.yaml}]
        guards: [{use: blocklist, path: words.txt, reply: Please!}]
        """
    path = write_bot(tmp_path, bot, **files, **{"rules.yaml": "rules: [{name: hi, when: hi, say: Hello!}]"})
    with Bot.load(path) as loaded:
        assert loaded.reply("hi, you pest").text == "Please!"
        assert loaded.reply("hi").text == "Hello!"
        assert path.with_name("words.txt") in loaded.files


def test_a_list_of_nothing_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="blocks nothing"):
        BlocklistOptions()
    empty = tmp_path / "words.txt"
    empty.write_text("# nothing yet\n", encoding="utf-8")
    (problem,) = check(BlocklistOptions(path=(empty,)), make_context())
    assert problem.message == "words.txt has no words in it"


@pytest.mark.parametrize("reply", [{}, {"en": ""}, {"en": "No.", "english": "No."}])
def test_a_reply_that_could_not_be_given_in_some_language_is_refused_with_the_options(reply: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="reply"):
        BlocklistOptions(words=("bad",), reply=reply)


@pytest.mark.parametrize(
    "text",
    [
        "you nuiѕаnсе",
        "a nui\u0334sance",
        "n🔥u🔥i🔥s🔥a🔥n🔥c🔥e",
        "🅽🆄🅸🆂🅰🅽🅲🅴",
        "ⓝⓤⓘⓢⓐⓝⓒⓔ",
        "NUİSANCE",
        "nuisancé 🤬",
        "n_u_i_s_a_n_c_e",
        "讨🙂厌💀鬼",
        "讨厌厌厌鬼",
    ],
)
def test_letters_that_look_alike_emoji_and_accents_hide_nothing(text: str) -> None:
    assert found(text, "nuisance", "讨厌鬼")


@pytest.mark.parametrize("text", ["сор в избе", "出去，死机了", "D. A. Miller", "5 C, U M Street", "привет"])
def test_what_only_looks_like_a_disguise_is_no_word(text: str) -> None:
    assert found(text, "cop", "去死", "dam", "scum") == []


def test_letters_that_words_have_twice_may_be_written_more_often() -> None:
    assert found("what a pillllow", "pillow") == ["pillllow"]
    assert found("what a pesssst", "pest") == ["pesssst"]


def test_a_word_of_one_character_has_words_it_is_harmless_in() -> None:
    strict, lenient = guard(words=["滚", "shut up"]), guard(words=["滚", "shut up"], unless=["摇滚", "shut up shop"])
    for text in ("我喜欢摇滚", "They shut up shop at noon"):
        assert isinstance(strict.check_input(make_turn(text)), Refuse)
        assert lenient.check_input(make_turn(text)) == Allow()
    for text in ("滚", "听摇滚？滚！", "shut up"):
        assert isinstance(lenient.check_input(make_turn(text)), Refuse)


def test_of_a_hundred_thousand_words_each_is_found(tmp_path: Path) -> None:
    words = [f"w{number:x}zq" for number in range(100_000)]
    finder = WordFinder(words, anywhere=False, disguised=False)
    for word in words[::9_973]:
        assert finder.find(f"so {word}, they said") == [(3, 3 + len(word))]
    assert finder.find("w1zqq w2z") == []


def test_a_message_as_long_as_they_get_is_gone_through_however_odd_it_is() -> None:
    finder = WordFinder(["nuisance", "讨厌鬼"], anywhere=False, disguised=True)
    for piece in ("一二三四", "аb", "a.", "aaa", "🙂", "b4d ", "a b "):
        assert len(finder.find(piece * (20_000 // len(piece)) + " you n.u.i.s.a.n.c.e")) == 1, piece
