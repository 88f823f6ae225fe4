"""Steps that change texts one by one: encoding, unicode, html, control_characters, whitespace."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dialog_core import Context
from dialog_core.datasets import EntitySpan, KnowledgeEntry, LabelledText
from dialog_data.cleaning.steps import DEFAULT

TEXT_STEPS = ("html", "encoding", "control_characters", "unicode", "whitespace")
BUILT = {name: Context(name="test").create("cleaner", name) for name in TEXT_STEPS}

# What steps look for, put together in every way.
PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            """<b> </b> <p> </p> <br> <div class="x"> </div> <script> </script> <!-- --> < > & &amp; &lt; &gt;
            &copy; &#60; &amp;lt; ` ``` a< b> Ã© â€™ ä½ Ａ １ ， ｶ ﾞ é ﬁ ① \u0301 \u200b \u200d \u202e \x1b[31m
            \x1b \x9b ] \x07 \r \x00 \x85 \u3000 \xa0 \ud83d \ude00 😀 🏴 你好 مرحبا \ufe0f""".split()
        ),
        st.sampled_from([" ", "\n", "\n\n\n", "  ", "\t"]),
        st.text(max_size=4),
        st.characters(categories=["Cs", "Cc", "Cf", "Mn"]),
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize("name", TEXT_STEPS)
@given(text=PIECES)
@example(text="&amp;" * 400 + "lt;b&gt;")
@example(text="<b" * 2_000)
def test_what_a_step_has_cleaned_it_does_not_change_again(name: str, text: str) -> None:
    cleaned = BUILT[name].change(text)

    assert BUILT[name].change(cleaned) == cleaned


def test_the_steps_on_texts_are_all_among_the_usual_ones() -> None:
    assert set(TEXT_STEPS) < set(DEFAULT)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("itâ€™s fine", "it’s fine"),
        ("schÃ¶n", "schön"),
        ("ä½\xa0å¥½", "你好"),
        ("naïve café, schön, 你好，世界！", "naïve café, schön, 你好，世界！"),
        ("smile \ud83d\ude00", "smile 😀"),
        ("half \ud83d", "half \ufffd"),
    ],
)
def test_mojibake_becomes_what_it_was_and_sound_text_stays(before: str, after: str) -> None:
    assert BUILT["encoding"].change(before) == after


@pytest.mark.parametrize(
    ("options", "before", "after"),
    [
        ({}, "ＡＢＣ１２３，你好！（ok）", "ABC123，你好！（ok）"),
        ({}, "e\u0301 ① ﬁ", "é ① ﬁ"),
        ({}, "ｶﾞｷﾞ", "ガギ"),
        ({"form": "NFKC"}, "① ﬁ ½，你好！……", "1 fi 1⁄2，你好！……"),
        ({"width": "all"}, "你好！Ａ", "你好!A"),
        ({"width": "keep", "form": "none"}, "Ａe\u0301", "Ａe\u0301"),
    ],
)
def test_characters_are_written_in_one_way_and_chinese_punctuation_stays(step, options, before, after) -> None:
    assert step("unicode", **options).change(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>Tom &amp; Jerry</p>", "Tom & Jerry"),
        ("one<br/>two", "one\ntwo"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
        ("it's <b>bold</b>, <a href='x.html'>linked</a>", "it's bold, linked"),
        ("<script>alert('x')</script>hello<style>p {}</style>", "hello"),
        ("<!-- note -->hello", "hello"),
        ("&amp;amp; &copy; &#x4f60;", "& © 你"),
        ("&lt;b&gt;hi&lt;/b&gt;", "hi"),
    ],
)
def test_of_a_page_stays_what_its_reader_saw(before: str, after: str) -> None:
    assert BUILT["html"].change(before) == after


@pytest.mark.parametrize(
    "text",
    [
        "a < b && c > d",
        "if a<b and c>d",
        "std::vector<int> v; List<String> names; Map<K, V>",
        "AT&T, R&D, x&y; &nosuch;",
        "I <3 you :-> really",
        "<you> said <what>",
        "the tag `<b>` makes it bold",
        "```html\n<p>hello</p>\n```",
        "1 <2> 3",
        "<!-- never closed",
    ],
)
def test_what_is_no_html_survives(text: str) -> None:
    assert BUILT["html"].change(text) == text


def test_code_is_cleaned_where_that_is_asked_for(step) -> None:
    assert step("html", code=True).change("`<b>x</b>`") == "`x`"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\x00b\x1b[31mred\x1b[0m", "abred"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("pass\u200bword \u202egpj.exe", "password gpj.exe"),
        ("👨‍👩‍👧 ❤️ 🏴󠁧󠁢󠁳󠁣󠁴󠁿", "👨‍👩‍👧 ❤️ 🏴󠁧󠁢󠁳󠁣󠁴󠁿"),
        ("مرحبا\u200f", "مرحبا\u200f"),
        ("می‌خواهم", "می‌خواهم"),
    ],
)
def test_what_nobody_sees_goes_and_what_scripts_need_stays(before: str, after: str) -> None:
    assert BUILT["control_characters"].change(before) == after


@pytest.mark.parametrize(
    ("options", "before", "after"),
    [
        ({}, "  a \t b  \n\n\n\n  c\xa0d ", "a b\n\nc d"),
        ({}, "你　好", "你 好"),
        ({}, "see:\n```\n    if x:\n        y\n```\nso   there", "see:\n```\n    if x:\n        y\n```\nso there"),
        ({"lines": "join"}, "a\nb\n\nc", "a b c"),
        ({"code": True}, "```\n    x\n```", "```\nx\n```"),
        ({}, "\u2028 \n", ""),
    ],
)
def test_one_space_takes_the_place_of_several(step, options, before, after) -> None:
    assert step("whitespace", **options).change(before) == after


def test_a_marked_entity_is_found_where_it_stands_now_and_not_where_its_words_stand_first() -> None:
    item = LabelledText("Boston   or   to Boston", "trip", entities=(EntitySpan(17, 23, "city"),))

    cleaned = BUILT["whitespace"].clean(item)

    assert cleaned.text == "Boston or to Boston"
    assert [(span.start, span.end) for span in cleaned.entities] == [(13, 19)]


def test_an_entity_whose_own_words_change_keeps_its_place() -> None:
    item = LabelledText(
        "fly to <b>Ｎｅｗ  Ｙｏｒｋ</b> now", "trip", entities=(EntitySpan(10, 19, "city", "to", "NYC"),)
    )

    for name in TEXT_STEPS:
        item = BUILT[name].clean(item)

    assert item.text == "fly to New York now"
    assert item.entities == (EntitySpan(7, 15, "city", "to", "NYC"),)


@given(
    words=st.lists(
        st.sampled_from(["a", "to", "Ａ", "é", "e\u0301", "<b>x</b>", "&amp;", "日本", "b\u200bc"]), min_size=1
    ),
    data=st.data(),
)
def test_marked_words_are_cleaned_as_the_text_is(words: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(words) - 1))
    start = len("  ".join([*words[:place], ""]))
    item = LabelledText("  ".join(words), "", entities=(EntitySpan(start, start + len(words[place]), "it"),))
    expected = words[place]

    for name in TEXT_STEPS:
        item, expected = BUILT[name].clean(item), BUILT[name].change(expected)

    (span,) = item.entities
    assert item.text[span.start : span.end] == expected
    assert (
        item.text[: span.start].split() == " ".join(item.text.split()[: len(item.text[: span.start].split())]).split()
    )


def test_an_entry_is_cleaned_in_its_questions_and_its_answer() -> None:
    entry = KnowledgeEntry("e", ("What&nbsp;now?", "<b>And</b> then?"), "It&rsquo;s <i>over</i>.")

    assert BUILT["html"].clean(entry) == KnowledgeEntry("e", ("What\xa0now?", "And then?"), "It’s over.")


def test_what_is_clean_is_the_same_object() -> None:
    item = LabelledText("all is well, 你好！", "ok")

    assert all(cleaner.clean(item) is item for cleaner in BUILT.values())


@pytest.mark.parametrize(
    "piece", ["<", "<b", "<b>", "<div>", "<!--", "&amp;", "`", "```", "\x1b[", "Ã©", " \n", "Ａ", "\ud83d"]
)
@pytest.mark.parametrize("name", TEXT_STEPS)
def test_a_megabyte_of_anything_is_cleaned(name: str, piece: str) -> None:
    text = piece * (1_000_000 // len(piece))

    assert isinstance(BUILT[name].change(text), str)  # within the time limit of a test
