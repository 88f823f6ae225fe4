import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import Evidence
from dialog_generative.grounding.citations import Citing, cite

A, B = Evidence("a", "one.md"), Evidence("b", "two.md")
C = Evidence("c", "two.md")  # another passage of the same document
HIDDEN = Evidence("d", "action", metadata={"cite": False})


@pytest.mark.parametrize(
    ("text", "shown", "cited"),
    [
        ("Yes [1].", "Yes [1].", "a"),
        ("Yes [2]. No [1].", "Yes [1]. No [2].", "ba"),  # numbered as they are listed below the reply
        ("Yes [1, 2].", "Yes [1][2].", "ab"),
        ("Yes [2][1] and [2].", "Yes [1][2] and [1].", "ba"),
        ("是的【2】。", "是的[1]。", "b"),
        ("是的［1，2］。", "是的[1][2]。", "ab"),
        ("Yes [2][3].", "Yes [1].", "bc"),  # one source is listed once
        ("Yes [9]. No [0] [1].", "Yes. No [1].", "a"),  # there is no such evidence
        ("Yes [4].", "Yes.", "d"),  # it is not listed
        ("No marks at  all .", "No marks at  all .", ""),
        ("a `x[1]` b ```\ny[2]\n``` [1]", "a `x[1]` b ```\ny[2]\n``` [1]", "a"),
        ("[1](https://example.com)", "[1](https://example.com)", ""),
        ("In [2026] and [x].", "In [2026] and [x].", ""),
        ("[1] Yes", "[1] Yes", "a"),
    ],
)
def test_marks_cite_what_there_is_and_count_what_is_listed(text: str, shown: str, cited: str) -> None:
    found = cite(text, (A, B, C, HIDDEN))
    assert found.text == shown
    assert "".join(item.text for item in found.evidence) == cited


def test_without_evidence_every_mark_is_invented() -> None:
    assert cite("They are free [1]. Really [2], [3] !", ()).text == "They are free. Really,!"


def test_a_reply_is_judged_without_its_marks() -> None:
    assert cite("Yes [1], within 30 days 【2】。", (A, B)).plain == "Yes, within 30 days。"


@given(st.text("[]【】［］0123456789,， ab`(.", max_size=60), st.integers(0, 4))
def test_every_mark_that_is_shown_has_its_line_below(text: str, count: int) -> None:
    import re

    evidence = tuple(Evidence(str(number), f"{number}.md") for number in range(count))
    found = cite(text, evidence)
    code = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
    marks = [int(number) for number in re.findall(r"\[(\d{1,3})\](?!\()", code.sub(" ", found.text))]
    assert all(1 <= number <= len(found.evidence) for number in marks)
    assert set(marks) >= set(range(1, len(found.evidence) + 1))


@pytest.mark.parametrize("unit", ["[", "[1", "[1]", "[1,", "`", "【1】 ", "[1] [2] "])
def test_no_text_takes_the_square_of_its_length(unit: str) -> None:
    assert isinstance(cite(unit * 30_000, (A, B)).text, str)


@pytest.mark.parametrize(
    "text",
    [
        "Yes [2]. No [1].",
        "Lamps [2] and, [9] for the hall, chairs [9] .",
        "Two [1] [2][9]\n\nThree [9]\n",
        "See `a[1]` and [2](https://example.com), `b [1]",
        "```\nx[2]\n``` so it is [2]",
        "是的【2】。还有［9］吗？",
    ],
)
def test_what_is_shown_on_the_way_is_what_is_said_in_the_end(text: str) -> None:
    evidence = (A, B, C, HIDDEN)
    final = cite(text, evidence).text
    for size in (1, 2, 3, 7):
        citing, shown = Citing(evidence), ""
        for start in range(0, len(text), size):
            shown += citing.feed(text[start : start + size])
            assert final.startswith(shown)
        assert len(shown) > len(final) / 2


@given(st.lists(st.text("[]【】1239, ab`(.\n", min_size=1, max_size=8), max_size=12), st.integers(0, 3))
def test_nothing_that_was_shown_is_taken_back(pieces: list[str], count: int) -> None:
    evidence = tuple(Evidence(str(number), f"{number}.md") for number in range(count))
    citing, shown = Citing(evidence), ""
    for piece in pieces:
        shown += citing.feed(piece)
    assert cite("".join(pieces), evidence).text.startswith(shown)
