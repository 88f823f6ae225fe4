"""The library: the condition that was named or none, the passage that answers, its source; in English and Chinese."""

import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import yaml
from places import KNOWLEDGE, MEDQUAD, NO_MEDQUAD, PROJECT

from dialog_core import Bot, Candidate
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import KnowledgeEntry
from dialog_core.testing import PolicyContract, TestChat, make_context, make_turn, write_bot
from dialog_medical.library.passages import MORE, passage_of
from dialog_medical.library.policy import LibraryPolicy
from dialog_medical.library.reading import check, read_names
from dialog_medical.library.shelf import Shelf
from dialog_medical.library.titles import names_of
from dialog_medical.library.words import words_of
from dialog_medical.options import LEFT_OUT, LibraryOptions

NAMES = (KNOWLEDGE / "names.en.yaml", KNOWLEDGE / "names.zh.yaml")
TEMPLATES = {
    "en": [
        "what is {}?",
        "symptoms of {}",
        "how do you treat {}",
        "what causes {}",
        "my mother has {}, what should she eat?",
    ],
    "zh": ["什么是{}", "{}有什么症状", "{}怎么治", "{}是什么原因引起的", "我妈妈得了{}，饮食上要注意什么"],
}
SMALL = (
    '{"source": "6_NINDS_QA", "qid": "1", "qtype": "information", "focus": "Migraine", '
    '"question": "What is Migraine ?", '
    '"url": "http://ninds.example/migraine", '
    '"answer": "A migraine is a headache. Take 5 mg of it at night. It comes back."}\n'
    '{"source": "5_NIDDK_QA", "qid": "1", "qtype": "treatment", "focus": "Kidney Stones in Adults", '
    '"question": "How to treat?", '
    '"url": "http://niddk.example/stones", "answer": "Most stones pass by themselves."}\n'
    '{"source": "5_NIDDK_QA", "qid": "2", "qtype": "information", "focus": "Hepatitis B", "question": "What is it?", '
    '"url": "http://niddk.example/b", "answer": "A virus."}\n'
)  # of an invented library in MedQuAD's format


XML = """<?xml version="1.0" encoding="UTF-8"?>
<Document id="0000001" source="NINDS" url="http://ninds.example/tremor">
<Focus>Essential Tremor</Focus>
<QAPairs><QAPair pid="1"><Question qid="0000001-1" qtype="information">What is (are) Essential Tremor ?</Question>
<Answer>Tremor is a shaking of the hands.</Answer></QAPair></QAPairs>
</Document>
"""


def make_library(path: Path | None) -> LibraryPolicy:
    return LibraryPolicy(LibraryOptions(path=path, names=NAMES), make_context("library"))


@pytest.fixture
def small(tmp_path: Path) -> LibraryPolicy:
    path = tmp_path / "library.jsonl"
    path.write_text(SMALL, encoding="utf-8")
    return make_library(path)


def ask(library: LibraryPolicy, question: str, language: str = "en") -> Candidate | None:
    return next(iter(library.propose(make_turn(question, language=language))), None)


class TestLibraryPolicy(PolicyContract):
    answers = "what is migraine?"

    def make_policy(self, tmp_path: Path) -> LibraryPolicy:
        path = tmp_path / "library.jsonl"
        path.write_text(SMALL, encoding="utf-8")
        return make_library(path)


def test_an_answer_shows_institute_and_address_and_leaves_doses_out(small: LibraryPolicy) -> None:
    found = ask(small, "What is migraine?")
    assert found is not None
    source = "Source: National Institute of Neurological Disorders and Stroke (NIH), http://ninds.example/migraine"
    assert found.text.endswith(f"{source} (more at the source)")
    assert f"A migraine is a headache. {LEFT_OUT['en']} It comes back." in found.text
    (evidence,) = found.evidence
    assert "5 mg" not in evidence.text
    assert evidence.metadata["institute"] == "National Institute of Neurological Disorders and Stroke (NIH)"


def test_chinese_questions_are_answered_with_the_english_source_named_as_such(small: LibraryPolicy) -> None:
    found = ask(small, "偏头痛是什么", "zh")
    assert found is not None
    assert all(
        part in found.text
        for part in (
            "英文资料的原文",
            "未经翻译",
            "> A migraine is a headache.",
            "来源（英文）：",
            "http://ninds.example/migraine",
        )
    )


def test_what_is_not_told_is_said_before_what_is(small: LibraryPolicy) -> None:
    found = ask(small, "what are the symptoms of migraine?")
    assert found is not None
    assert "The library has nothing on that (symptoms)." in found.text
    assert found.score < 0.5  # whoever knows better goes first


@pytest.mark.parametrize(
    "question",
    [
        "what is ocular migraine?",
        "symptoms of hepatitis D",
        "what is chronic hepatitis b reactivation syndrome",
        "kidney stones in children",
        "what is gout?",
        "does migraine cause cancer?",
        "how are you?",
        "what is a headache diary",
        "x" * 1000 + " what is migraine?",
    ],
)
def test_about_anything_but_the_condition_that_was_named_it_says_nothing(small: LibraryPolicy, question: str) -> None:
    found = ask(small, question)
    assert found is None or not found.evidence


def test_two_conditions_are_asked_about_one_at_a_time(small: LibraryPolicy) -> None:
    found = ask(small, "what is migraine and what is hepatitis b?")
    assert found is not None
    assert found.quick_replies == ("What is Migraine?", "What is Hepatitis B?")
    assert not found.evidence


def test_without_a_library_it_says_so(tmp_path: Path) -> None:
    for empty in (None, "", "  "):
        library = LibraryPolicy(LibraryOptions(path=empty, names=NAMES), make_context("library"))
        found = ask(library, "what is migraine?")
        assert found is not None
        assert "no health library installed" in found.text
        assert ask(library, "what is the weather like?") is None
    assert "没有安装健康资料库" in str(ask(make_library(None), "什么是偏头痛", "zh"))


def test_a_library_that_is_not_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    options = LibraryOptions(path=tmp_path / "libary.jsonl", names=NAMES)
    (problem,) = check(options, make_context("library"))
    assert "the health library is not at" in str(problem)
    assert "run without a library" in str(problem)
    with pytest.raises(ConfigurationError, match="is not at"):
        LibraryPolicy(options, make_context("library")).warm()


@pytest.mark.parametrize(
    ("text", "told"),
    [("other: 1\n", "has no table `names`"), ("names: {Migraine: [3]}\n", "has to be text"), ("names: [", ":1:")],
)
def test_mistakes_in_a_table_of_names_are_told_with_their_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "names.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_names([path])
    assert told in str(caught.value)
    assert "names.yaml:" in str(caught.value)


def test_the_folder_of_xml_is_read_as_it_is_published(tmp_path: Path) -> None:
    page = tmp_path / "MedQuAD" / "6_NINDS_QA" / "0000001.xml"
    page.parent.mkdir(parents=True)
    page.write_text(XML, encoding="utf-8")
    found = ask(make_library(tmp_path / "MedQuAD"), "what is essential tremor?")
    assert found is not None
    assert found.text.endswith("(NIH), http://ninds.example/tremor (more at the source)")


def test_long_answers_end_with_a_whole_sentence() -> None:
    passage = passage_of("One sentence is here. " * 100, 300, "[...]")
    assert len(passage) <= 300 + len(MORE)
    assert passage.endswith(f"One sentence is here.{MORE}")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("What I need to know about Crohn's Disease", "Crohn"),
        ("Parasites - Lice - Head Lice", "Head Lice"),
        ("Tuberculosis (TB)", "TB"),
        ("Parasites - Taeniasis", "Taeniasis"),
        ("Kidney Stones in Adults", "Kidney Stones"),
        ("Kidney Failure: What to Expect", "Kidney Failure"),
        ("Pyelonephritis: Kidney Infection", "Kidney Infection"),
        ("Parasites - Enterobiasis (also known as Pinworm Infection)", "Pinworm Infection"),
    ],
)
def test_names_are_made_of_titles(title: str, name: str) -> None:
    assert name in names_of(title)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("diarrhoea", "Diarrhea"),
        ("Parkinson's", "parkinson"),
        ("kidney stones", "kidney stone"),
        ("haemorrhoids", "hemorrhoids"),
        ("Behçet", "behcet"),
        ("tumours", "tumor"),
    ],
)
def test_spellings_are_the_same_word(one: str, other: str) -> None:
    assert words_of(one) == words_of(other)


# --- With MedQuAD -----------------------------------------------------------------------------------------------------

with_medquad = pytest.mark.skipif(not MEDQUAD.exists(), reason=NO_MEDQUAD)


@pytest.fixture(scope="module")
def library() -> LibraryPolicy:
    library = make_library(MEDQUAD)
    library.warm()
    return library


def shelf_of(library: LibraryPolicy) -> Shelf:
    return library.opened().shelf


def title_of(found: Candidate | None) -> str:
    return "" if found is None or not found.evidence else str(found.evidence[0].metadata["title"]).rpartition(": ")[0]


def is_test(title: str) -> bool:
    """Whether a title is of the half that nothing was tuned on."""
    return zlib.crc32(title.encode()) % 2 == 1


def same(one: str, other: str) -> bool:
    """Whether two titles are about the same condition: one name stands for both."""
    return bool({words_of(name) for name in names_of(one)} & {words_of(name) for name in names_of(other)})


@with_medquad
def test_its_own_questions_are_answered_with_the_right_condition(library: LibraryPolicy) -> None:
    entries: list[KnowledgeEntry] = [entry for many in shelf_of(library).articles.values() for entry in many]
    asked = [entry for entry in entries if is_test(str(entry.metadata["focus"]))][::2]
    told = [(str(entry.metadata["focus"]), title_of(ask(library, entry.questions[0]))) for entry in asked]
    assert len(asked) > 600
    assert not [pair for pair in told if pair[1] and not same(*pair)]
    assert sum(bool(title) for _, title in told) / len(told) >= 0.97


@with_medquad
def test_of_conditions_that_are_taken_out_none_is_answered_with_another(library: LibraryPolicy) -> None:
    shelf = shelf_of(library)
    left = [entry for title, many in shelf.articles.items() for entry in many if not is_test(title)]
    poorer = make_library(MEDQUAD)
    poorer.opened().shelf = Shelf.of(left, read_names(NAMES))
    gone = [
        title
        for title in shelf.articles
        if is_test(title) and not any(same(title, other) for other in shelf_of(poorer).articles)
    ]
    wrong = list(_answered(poorer, [(names_of(title)[:2][-1]) for title in gone], "en"))
    # Titles about living with a condition whose own article is still there: another article, and no other condition.
    assert not [pair for pair in wrong if not ("Diabetes" in pair[0] or "Kidney Failure" in pair[0])]
    assert len(gone) > 180
    assert len(wrong) / (len(gone) * len(TEMPLATES["en"])) < 0.03


@with_medquad
@pytest.mark.parametrize("language", ["en", "zh"])
def test_conditions_that_it_has_nothing_about_are_never_answered(library: LibraryPolicy, language: str) -> None:
    absent = yaml.safe_load((Path(__file__).parent / "library" / "absent.yaml").read_text(encoding="utf-8"))[language]
    assert len(absent) > 80
    assert not list(_answered(library, absent, language))


def _answered(library: LibraryPolicy, names: Sequence[str], language: str) -> Iterator[tuple[str, str]]:
    for name in names:
        for template in TEMPLATES[language]:
            if title := title_of(ask(library, template.format(name), language)):
                yield template.format(name), title


@with_medquad
def test_every_chinese_name_leads_to_an_article(library: LibraryPolicy) -> None:
    shelf = shelf_of(library)
    assert len(read_names(NAMES[1:])) >= 150
    missing = [name for name, titles in shelf.chinese.items() if not any(map(shelf.has, titles))]
    assert not missing
    assert not [name for name in shelf.chinese if not title_of(ask(library, f"什么是{name}", "zh"))]


@with_medquad
def test_every_english_name_leads_to_an_article(library: LibraryPolicy) -> None:
    assert not [
        name
        for many in read_names(NAMES[:1]).values()
        for name in many
        if not title_of(ask(library, f"what is {name}?"))
    ]


@with_medquad
@pytest.mark.parametrize(("bot", "tests"), [("bot.yaml", "en"), ("bot.zh.yaml", "zh")])
def test_the_bot_holds_its_conversations_about_conditions(
    bot: str, tests: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from test_conversations import hold

    monkeypatch.setenv("MEDQUAD", str(MEDQUAD))
    hold(PROJECT / bot, Path(__file__).parent / "library" / tests)


def test_a_bot_file_names_the_library_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "library.jsonl").write_text(SMALL, encoding="utf-8")
    own = "extends: medical:bots/en.yaml\nstore: memory\npolicies:\n  - {name: library, path: library.jsonl}\n"
    with Bot.load(write_bot(tmp_path, own)) as bot:
        chat = TestChat(bot).user("how are kidney stones treated?").policy("library")
        chat.bot_contains("Most stones pass by themselves.", "http://niddk.example/stones", "not medical advice")
        assert chat.reply.text.count("not medical advice") == 1
        assert chat.reply.evidence[0].source == "http://niddk.example/stones"
