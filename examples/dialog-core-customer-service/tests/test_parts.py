"""The parts of the package one by one: moods, wishes, opening hours, summaries."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dialog_core import Allow, BotSaid, Candidate, Message, Rewrite, UserSaid
from dialog_core.configuration import ConfigurationError
from dialog_core.testing import NASTY_TEXTS, AnnotatorContract, GuardContract, PolicyContract, make_context, make_turn
from dialog_customer_service.actions.handing_over import _feeling
from dialog_customer_service.actions.orders import other_words
from dialog_customer_service.catalogue.matching import matching, nearest
from dialog_customer_service.catalogue.policy import ProductSearch
from dialog_customer_service.catalogue.wishes import understand
from dialog_customer_service.catalogue.words import read_words
from dialog_customer_service.handing_over.briefing import Briefing
from dialog_customer_service.hours.branches import read_branches
from dialog_customer_service.hours.policy import OpeningHours
from dialog_customer_service.hours.questions import day_in
from dialog_customer_service.hours.questions import understand as hours_asked
from dialog_customer_service.mood.annotator import Mood
from dialog_customer_service.mood.tone import Tone
from dialog_customer_service.options import (
    DATA,
    BriefingOptions,
    MoodOptions,
    OpeningHoursOptions,
    ProductSearchOptions,
    ToneOptions,
)
from dialog_customer_service.shop import Product, Wish

WORDS = read_words(DATA / "catalogue.yaml")
MOOD = Mood(MoodOptions(), make_context())
WEDNESDAY = date(2026, 3, 4)


class TestMoodContract(AnnotatorContract):
    def make_annotator(self, tmp_path: Path) -> Mood:
        return Mood(MoodOptions(), make_context())


class TestBriefingContract(AnnotatorContract):
    def make_annotator(self, tmp_path: Path) -> Briefing:
        return Briefing(BriefingOptions(), make_context())


class TestProductSearchContract(PolicyContract):
    answers = "do you have blue jackets?"

    def make_policy(self, tmp_path: Path) -> ProductSearch:
        return ProductSearch(ProductSearchOptions(), make_context())


class TestOpeningHoursContract(PolicyContract):
    answers = "are you open on sunday?"

    def make_policy(self, tmp_path: Path) -> OpeningHours:
        return OpeningHours(OpeningHoursOptions(), make_context())


class TestToneContract(GuardContract):
    def make_guard(self, tmp_path: Path) -> Tone:
        return Tone(ToneOptions(), make_context())

    def test_a_guard_that_streams_judges_beginnings(self, tmp_path: Path) -> None:
        assert not hasattr(self.make_guard(tmp_path), "streams")  # a word of regret stands before the whole of a reply


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("this is absolutely ridiculous", "angry"),
        ("I'm FURIOUS", "angry"),
        ("what a joke of a company", "angry"),
        ("you lot are thieves", "angry"),
        ("where is my money?! I am still waiting!!!", "angry"),
        ("I am not happy with this", "frustrated"),
        ("that's not good enough", "frustrated"),
        ("thanks for nothing", "frustrated"),
        ("i already told you my order number", "frustrated"),
        ("WHERE IS MY PARCEL PLEASE", "frustrated"),
        ("I am not angry", None),
        ("it is not terrible, just a bit late", None),
        ("no thanks", None),
        ("is the film about the worst storm on dvd?", None),
        ("AF204817", None),
        ("thank you so much", "thankful"),
        ("great service, cheers", "thankful"),
        ("气死我了", "angry"),
        ("你们这是骗人", "angry"),
        ("怎么还没到啊", "frustrated"),
        ("我很不满意", "frustrated"),
        ("等了三天了", "frustrated"),
        ("我没有生气", None),
        ("不用谢", None),
        ("别生气", None),
        ("太谢谢你了", "thankful"),
        ("", None),
    ],
)
def test_moods_are_told_by_words_and_what_negates_them(text: str, label: str | None) -> None:
    assert MOOD.feeling(text).label == label


def test_heat_grows_with_anger_and_thanks_cool_it_down() -> None:
    events = [UserSaid(Message("this is ridiculous", client_id="1")), BotSaid("Sorry.", datetime.now(UTC))]
    assert MOOD.annotate(make_turn("you are useless", events=events))["heat"] == 4
    events += [UserSaid(Message("thank you", client_id="2"))]
    assert MOOD.annotate(make_turn("still waiting", events=events))["heat"] == 1


def test_words_of_ones_own_are_moods_too() -> None:
    own = Mood(MoodOptions(angry=("gubbins", "气炸")), make_context())
    assert own.feeling("what gubbins").label == "angry"
    assert own.feeling("我气炸了").label == "angry"


def test_the_tone_adds_regret_and_takes_away_cheer() -> None:
    tone = Tone(ToneOptions(), make_context())
    reply = Candidate("Done! It is booked.", 1.0)

    def said(**mood: object) -> str:
        verdict = tone.check_output(make_turn("x", annotations={"mood": mood}), reply)
        return verdict.text if isinstance(verdict, Rewrite) else reply.text

    assert tone.check_output(make_turn("x"), reply) == Allow()  # the annotator has failed, or is called otherwise
    assert said(label=None, heat=9) == reply.text
    assert said(label="angry", heat=2).endswith("Done. It is booked.")
    assert "sorry" in said(label="angry", heat=2).casefold()
    assert "colleague" in said(label="angry", heat=3)
    assert "colleague" not in said(label="frustrated", heat=2)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("do you have blue jackets under 80 euros?", Wish("jacket", ("blue",), most=80, currency="EUR")),
        ("jackets up to £70 in size m", Wish("jacket", size="M", most=70, currency="GBP")),
        ("red or green jumpers, in stock", Wish("jumper", ("red", "green"), in_stock=True)),
        ("a lamp between 40 and 60 quid", Wish("lamp", least=40, most=60, currency="GBP")),
        ("slippers, size 42", Wish("slippers", size="42")),
        ("rugs over 100", Wish("rug", least=100)),
        ("the cheapest shelves", Wish("shelf", cheapest=True)),
        ("a jumper but not red", Wish("jumper")),
        ("I'm after an XL shirt", Wish("shirt", size="XL")),
        ("wait a while for something short", Wish()),
        ("swetaer in gren", Wish("jumper", ("green",))),
        ("有没有600块以内的蓝色夹克", Wish("jacket", ("blue",), most=600, currency="CNY")),
        ("两百元以下的杯子", Wish("mug", most=200, currency="CNY")),
        ("100到300元的花瓶", Wish("vase", least=100, most=300, currency="CNY")),
        ("中号红毛衣有货吗", Wish("jumper", ("red",), size="M", in_stock=True)),
        ("42码的拖鞋", Wish("slippers", size="42")),
        ("what's up?", Wish()),
    ],
)
def test_wishes_are_understood(text: str, wish: Wish) -> None:
    assert understand(text, WORDS).wish == wish


@pytest.mark.parametrize("text", NASTY_TEXTS.values(), ids=NASTY_TEXTS)
def test_nasty_texts_hurt_nobody(text: str) -> None:
    understand(text, WORDS)
    hours_asked(text, WEDNESDAY, read_branches(DATA / "branches.yaml").branches)
    MOOD.feeling(text)


def test_what_fits_and_what_comes_closest() -> None:
    blue = Product("a", "jacket", "A", {"GBP": 50}, "blue", {"S": 1, "M": 0})
    red = Product("b", "jacket", "B", {"GBP": 70}, "red", {"M": 2})
    lamp = Product("c", "lamp", "C", {"EUR": 20})
    known = [blue, red, lamp]
    assert matching(known, Wish("jacket", most=60), "GBP") == [blue]
    assert matching(known, Wish("jacket", size="M"), "GBP") == [red, blue]  # what is in stock first
    assert matching(known, Wish("jacket", size="M", in_stock=True), "GBP") == [red]
    assert matching(known, Wish("lamp"), "GBP") == []  # not sold for pounds
    assert nearest(known, Wish("jacket", ("green",)), "GBP") == [blue, red]
    assert nearest(known, Wish("boat"), "GBP") == []


def test_variants_are_chosen_by_what_tells_them_apart() -> None:
    labels = ["Jacket, blue (S)", "Jacket, olive (S)", "Jacket, olive (L)"]
    assert {"L", "size L", "L码"} <= set(other_words(labels[2], labels))
    assert "S" not in other_words(labels[0], labels)
    assert {"blue", "blue S", "S in blue"} <= set(other_words(labels[0], labels))
    chinese = ["绿色羊羔毛毛衣 (M)", "红色羊羔毛毛衣 (M)", "红色羊羔毛毛衣 (S)"]
    assert {"绿色", "绿色M码", "M码绿色", "绿色的M码"} <= set(other_words(chinese[0], chinese))
    assert "M码" not in other_words(chinese[0], chinese)
    assert other_words("Oak armchair, black oak", ["Oak armchair, black oak"]) == ["black oak"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-03-04"),
        ("are you open tomorrow?", "2026-03-05"),
        ("on sunday", "2026-03-08"),
        ("on weds", "2026-03-04"),
        ("christmas day", "2026-12-25"),
        ("on 1 may", "2026-05-01"),
        ("on March 3rd", "2027-03-03"),
        ("on 31 february", None),
        ("on 29 march 2026", "2026-03-29"),
        ("on 1 february 2026", "2026-02-01"),
        ("2025年10月1日", "2025-10-01"),
        ("周日", "2026-03-08"),
        ("下周三", "2026-03-11"),
        ("后天", "2026-03-06"),
        ("10月1日", "2026-10-01"),
        ("13月40日", None),
        ("国庆", "2026-10-01"),
        ("now", None),
    ],
)
def test_days_are_found(text: str, day: str | None) -> None:
    assert day_in(text, WEDNESDAY) == (date.fromisoformat(day) if day else None)


def test_the_clock_goes_forward_in_london_and_not_in_shanghai() -> None:
    branches = read_branches(DATA / "branches.yaml").branches
    summer, winter = datetime(2026, 7, 1, 8, 30, tzinfo=UTC), datetime(2026, 1, 14, 8, 30, tzinfo=UTC)
    assert branches["bath"].is_open(summer)
    assert not branches["bath"].is_open(winter)
    assert branches["shanghai"].is_open(summer) == branches["shanghai"].is_open(winter) is True
    assert branches["bath"].opens_next(datetime(2026, 12, 24, 15, tzinfo=UTC)).date() == date(2026, 12, 27)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("Europe/London", "Europe/Londn"), "branches.bath.timezone"),
        (("9:00-18:00", "nine to six"), "branches.bath.hours"),
        (("mon-fri", "mon-fry"), "branches.bath.hours"),
        (("9:00-18:00", "18:00-9:00"), "ends before it begins"),
        (("address: 14", "adress: 14"), "Did you mean 'address'"),
        (("12-24:", "13-44:"), "is no day"),
        (("default: {en: bath", "default: {en: leeds"), "which is no branch"),
    ],
)
def test_mistakes_in_a_file_of_branches_are_told_with_their_place(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    text = (DATA / "branches.yaml").read_text("utf-8")
    assert change[0] in text
    own = tmp_path / "branches.yaml"
    own.write_text(text.replace(*change, 1), "utf-8")
    with pytest.raises(ConfigurationError, match=r"branches\.yaml:\d+") as caught:
        read_branches(own)
    assert told in str(caught.value)


def test_a_file_of_words_needs_only_what_is_different(tmp_path: Path) -> None:
    own = tmp_path / "words.yaml"
    own.write_text("categories:\n  book: {label: {en: books}, words: [book, novel]}\n", "utf-8")
    words = read_words(own)
    assert understand("any novels?", words).wish == Wish("book")
    assert "cannot look into our catalogue" in words.text("failed", "en")
    own.write_text("categories:\n  book: {label: {en: books}, word: [book]}\n", "utf-8")
    with pytest.raises(ConfigurationError, match=r"words\.yaml:2.*"):
        read_words(own)


def test_an_odd_pattern_of_order_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="no regular expression"):
        BriefingOptions(order_number="([0-9")


def test_a_briefing_quotes_what_says_something() -> None:
    said = ["hi", "where is my lamp?", "yes", "it  is\nlate " + "x" * 200, "let me talk to a human"]
    events = [UserSaid(Message(text, client_id=str(number))) for number, text in enumerate(said)]
    asked = Briefing(BriefingOptions(), make_context()).annotate(make_turn("thanks", events=events))["asked"]
    assert asked[0] == "where is my lamp?"
    assert asked[1].startswith("it is late xxx")
    assert len(asked) == 2
    assert len(asked[1]) == 140


def test_a_mood_of_another_shape_is_none() -> None:
    assert _feeling(None) == ""
    assert _feeling({"label": 5, "heat": "hot"}) == ""
    assert _feeling({"label": None, "heat": 3}) == "angry"
