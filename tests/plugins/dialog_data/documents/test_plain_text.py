from collections.abc import Callable
from typing import Any


def test_short_paragraphs_are_one_passage(read: Callable[..., Any]) -> None:
    (entry,) = read("rules.txt", "Be kind.\r\n\r\n \r\nBe on time.\r\n")
    assert (entry.id, entry.questions, entry.answer, entry.source) == (
        "rules.txt",
        ("rules",),
        "Be kind.\n\nBe on time.",
        "rules.txt",
    )


def test_a_long_text_is_cut_between_paragraphs_first(read: Callable[..., Any]) -> None:
    entries = read("rules.txt", "One two three.\n\nFour five six. Seven.\n\nEight nine. Ten. So.", passage_length=10)
    assert [entry.answer for entry in entries] == ["One two three.\n\nFour five six. Seven.", "Eight nine. Ten. So."]
    assert [(entry.id, entry.metadata["part"]) for entry in entries] == [("rules.txt", 1), ("rules.txt~2", 2)]


def test_a_long_paragraph_is_cut_between_sentences(read: Callable[..., Any]) -> None:
    text = "Mr. Smith paid 3.50 euros, e.g. for tea. Did he? Yes! He went home after that and slept."
    entries = read("story.txt", text, passage_length=10)
    assert [entry.answer for entry in entries] == [
        "Mr. Smith paid 3.50 euros, e.g. for tea.",
        "Did he? Yes! He went home after that and slept.",
    ]


def test_chinese_is_cut_between_its_sentences_and_measured_as_english_is(read: Callable[..., Any]) -> None:
    text = "图书可以续借两次。“请在到期之前办理！”超过期限的每天收费一角，最多收费十元。"
    entries = read("规则.txt", text, passage_length=14)
    assert [entry.answer for entry in entries] == [
        "图书可以续借两次。“请在到期之前办理！”",
        "超过期限的每天收费一角，最多收费十元。",
    ]


def test_a_sentence_that_is_too_long_is_cut_between_clauses_then_between_words(read: Callable[..., Any]) -> None:
    clauses = "first comes this part here, then there is another one without any comma at all until it ends"
    entries = read("long.txt", clauses, passage_length=10)
    assert [entry.answer for entry in entries] == [
        "first comes this part here,",
        "then there is another one without any comma at all",
        "until it ends",
    ]


def test_passages_may_overlap_by_sentences(read: Callable[..., Any]) -> None:
    text = "A a a a. B b b b. C c c c.\n\nD d d d. E e e e."
    plain = read("abc.txt", text, passage_length=12)
    assert [entry.answer for entry in plain] == ["A a a a. B b b b. C c c c.", "D d d d. E e e e."]
    overlapping = read("abc.txt", text, passage_length=12, overlap=1)
    assert [entry.answer for entry in overlapping] == [
        "A a a a. B b b b. C c c c.",
        "C c c c.\n\nD d d d. E e e e.",
    ]
    within = read("abc.txt", text.replace("\n\n", " "), passage_length=12, overlap=1)
    assert [entry.answer for entry in within] == ["A a a a. B b b b. C c c c.", "C c c c. D d d d. E e e e."]


def test_one_enormous_paragraph_without_punctuation_is_cut_between_words(read: Callable[..., Any]) -> None:
    entries = read("words.txt", "word " * 100_000)
    assert {entry.answer.count("word") for entry in entries} == {120, 40}
    assert sum(entry.answer.count("word") for entry in entries) == 100_000


def test_text_may_come_in_any_encoding_that_is_named(read: Callable[..., Any], problems: Callable[..., Any]) -> None:
    text = "# 借阅\n图书可以续借。"
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        assert read("a.txt", text.encode(encoding))[0].answer == text
    assert read("a.txt", text.encode("gbk"), encoding="gb18030")[0].answer == text
    (problem,) = problems("b.txt", b"first\nso " + text.encode("gbk"))
    assert problem.startswith("b.txt:2:6: this is not UTF-8 text. Save the file as UTF-8 text, or name its encoding")
    (problem,) = problems("b.txt", text, encoding="gb18031")
    assert problem == "b.txt:1:1: there is no encoding 'gb18031'. Did you mean 'gb18030'?"
    (problem,) = problems("b.txt", text, encoding="base64")
    assert problem.startswith("b.txt:1:1: there is no encoding 'base64'")
