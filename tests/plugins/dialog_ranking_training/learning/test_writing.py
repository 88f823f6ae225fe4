import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialog_core.configuration import ConfigurationError
from dialog_ranking_training.learning.writing import Change, Unwritable
from tests.plugins.dialog_ranking_training.learning.knowledge_files import bot_with, entries_of, write

SHOP = """\
# What the shop knows. Keep it short.
entries:
  # ---- delivery
  - id: shipping_cost   # for ever
    questions:
      - How much is shipping?
      - Delivery fees?
    answer: "Shipping is **£3.95**."
    tags: [delivery]

  - id: delivery_time
    question: How long does delivery take?   # the usual one
    answer: |
      Counting from the day you order:

      - three days
    # express is gone
    source: "terms"

# The end.
"""

FURTHER = Change(("What does postage cost?",), "", "shipping_cost")
NEW = Change(("Do you ship to Mars?", "Mars delivery"), "Not yet.")


def test_a_phrasing_is_one_line_more_and_nothing_else(tmp_path: Path) -> None:
    spec = bot_with(tmp_path, "faq.yaml", SHOP)

    written = write(spec, FURTHER)

    expected = SHOP.replace("      - Delivery fees?\n", "      - Delivery fees?\n      - What does postage cost?\n")
    assert (tmp_path / "faq.yaml").read_text() == expected
    assert (written.line, written.entry) == (4, "shipping_cost")


def test_an_answer_is_changed_where_it_stands(tmp_path: Path) -> None:
    spec = bot_with(tmp_path, "faq.yaml", SHOP)

    write(spec, Change((), 'Now it is "free": try it.', "shipping_cost"))

    expected = SHOP.replace('"Shipping is **£3.95**."', '"Now it is \\"free\\": try it."')
    assert (tmp_path / "faq.yaml").read_text() == expected


def test_an_answer_of_several_lines_keeps_the_comments_around_it(tmp_path: Path) -> None:
    spec = bot_with(tmp_path, "faq.yaml", SHOP)

    write(spec, Change(("When will it come?",), "Two days.\n\n- really", "delivery_time"))

    text = (tmp_path / "faq.yaml").read_text()
    assert "    answer: |-\n      Two days.\n\n      - really\n    # express is gone\n" in text
    assert "# the usual one\n    questions:\n      - When will it come?\n" in text
    assert entries_of(spec)[1].questions == ("How long does delivery take?", "When will it come?")


def test_a_new_entry_is_written_like_those_there_are(tmp_path: Path) -> None:
    spec = bot_with(tmp_path, "faq.yaml", SHOP)

    written = write(spec, NEW)

    new = (
        "\n  - id: do_you_ship_to_mars\n    questions:\n      - Do you ship to Mars?\n      - Mars delivery\n"
        "    answer: Not yet.\n"
    )
    text = (tmp_path / "faq.yaml").read_text()
    assert text == SHOP.replace('    source: "terms"\n', f'    source: "terms"\n{new}')
    assert text.splitlines()[written.line - 1] == "  - id: do_you_ship_to_mars"
    assert written.entry == "do_you_ship_to_mars"


@pytest.mark.parametrize(
    "content",
    [
        "- question: a\n  answer: b",
        "- {question: a, answer: b}\n",
        "[{question: a, answer: b}, {questions: [c, d], answer: e}]\n",
        "entries:\n- questions: a\n  answer: >-\n    b\n    c\n",
        "entries: [{question: [a], answer: b}]  # all\n",
        "entries:\n  -   answer: b\n      question:\n      - a\n",
        'entries:\n  - "question": "a"\n    "answer": "b \\u00e9"\n\n\n',
        "\ufeffentries:\r\n  - question: a\r\n    answer: |\r\n      b\r\n      c\r\n",
        "entries:\n  - id: 7\n    question: a\n    answer: 'it''s\n\n      b'\n    tags: []\n",
        "entries:\n  - question: a\n    questions: []\n    answer: b\n  # nothing below\n",
        "entries:\n  - question: &q a\n    answer: b\n  - question: c\n    answer: *q\n",
    ],
)
def test_however_the_file_is_written_only_what_is_wanted_changes(tmp_path: Path, content: str) -> None:
    spec = bot_with(tmp_path, "faq.yaml", content)
    before = entries_of(spec)

    write(spec, NEW)
    write(spec, Change(("x: y #z", "'t is"), "new\n  answer", before[0].id))

    after = entries_of(spec)
    assert after[1:-1] == before[1:]
    assert (after[0].questions, after[0].answer) == ((*before[0].questions, "x: y #z", "'t is"), "new\n  answer")
    assert (after[-1].questions, after[-1].answer) == (NEW.questions, NEW.answer)
    data = (tmp_path / "faq.yaml").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") == content.startswith("\ufeff")
    assert data.count(b"\r\n") == (data.count(b"\n") if "\r" in content else 0)


def test_what_is_repeated_elsewhere_is_not_changed_there(tmp_path: Path) -> None:
    content = "entries:\n  - question: a\n    answer: &a b\n  - question: c\n    answer: *a\n"
    spec = bot_with(tmp_path, "faq.yaml", content)

    with pytest.raises(Unwritable, match="In the entry 'c' make this the answer: new"):
        write(spec, Change((), "new", "c"))
    with pytest.raises(Unwritable, match=r"more than this entry would change|could not be read"):
        write(spec, Change((), "new", "a"))

    assert (tmp_path / "faq.yaml").read_text() == content


def test_an_empty_list_gets_its_first_entry(tmp_path: Path) -> None:
    spec = bot_with(tmp_path, "faq.yaml", "# mine\nentries: []\n")

    write(spec, NEW)

    assert [entry.id for entry in entries_of(spec)] == ["do_you_ship_to_mars"]
    assert (tmp_path / "faq.yaml").read_text().startswith("# mine\nentries:\n  - id: ")


def test_json_lines_keep_their_other_lines(tmp_path: Path) -> None:
    content = '{"id": "a", "question": "é?", "answer": "b", "n": 1}\n\n{"id":"c","question":["d"],"answer":"e"}'
    spec = bot_with(tmp_path, "faq.jsonl", content)

    write(spec, Change(("x",), "new", "c"))
    write(spec, Change(("y",), "", "a"))
    write(spec, NEW)

    lines = (tmp_path / "faq.jsonl").read_text().splitlines()
    assert lines[0] == '{"id": "a", "question": "é?", "answer": "b", "n": 1, "questions": ["y"]}'
    assert lines[2] == '{"id":"c","question":["d","x"],"answer":"new"}'
    assert json.loads(lines[3])["id"] == "do_you_ship_to_mars"
    assert entries_of(spec)[-1].questions == NEW.questions


def test_json_lines_under_other_keys_are_written_under_them(tmp_path: Path) -> None:
    spec = bot_with(tmp_path, "faq.jsonl", '{"q": "a", "a": "b"}\n', ", fields: {question: q, answer: a}")

    write(spec, Change(("x",), "y"))

    assert (tmp_path / "faq.jsonl").read_text() == '{"q": "a", "a": "b"}\n{"q": "x", "a": "y"}\n'


def test_a_table_gets_rows_where_they_belong(tmp_path: Path) -> None:
    content = 'id,question,answer,tags\na,one?,"x, ""y""",t\na,eins?,,\nb,two?,z,\n'
    spec = bot_with(tmp_path, "faq.csv", content)

    write(spec, Change(("uno?",), "new, too", "a"))
    write(spec, NEW)

    assert (tmp_path / "faq.csv").read_text() == (
        'id,question,answer,tags\na,one?,"new, too",t\na,eins?,,\na,uno?,,\nb,two?,z,\n'
        "do_you_ship_to_mars,Do you ship to Mars?,Not yet.,\ndo_you_ship_to_mars,Mars delivery,,\n"
    )


def test_a_row_without_an_id_can_be_answered_anew_but_has_no_further_phrasings(tmp_path: Path) -> None:
    spec = bot_with(tmp_path, "faq.tsv", "question\tanswer\nwhat?\tthat\n")

    write(spec, Change((), "this\nand that", "what"))
    with pytest.raises(Unwritable, match="has no id"):
        write(spec, Change(("huh?",), "", "what"))

    assert entries_of(spec)[0].answer == "this\nand that"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("faq.md", "# Faq\n\n## a?\n\nb\n", "'markdown'"),
        ("faq.yaml", "- question: a\n  answer: b\n".encode("utf-16"), "no UTF-8"),
        ("faq.yaml", "- question: a\r\n  answer: b\n", "different ways"),
    ],
)
def test_what_cannot_be_written_is_told_with_what_to_paste(
    tmp_path: Path, name: str, content: str | bytes, reason: str
) -> None:
    spec = bot_with(tmp_path, name, content)
    before = (tmp_path / name).read_bytes()

    with pytest.raises(Unwritable, match=reason) as caught:
        write(spec, NEW)

    assert "Paste there:\n- questions:\n    - Do you ship to Mars?\n" in str(caught.value)
    assert (tmp_path / name).read_bytes() == before


def test_a_file_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    spec = bot_with(tmp_path, "faq.yaml", SHOP)
    if os.geteuid() == 0:
        pytest.skip("root may write anything")
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(ConfigurationError, match="cannot be written"):
            write(spec, NEW)
    finally:
        tmp_path.chmod(0o700)


def test_the_file_keeps_its_permissions_and_a_link_stays_one(tmp_path: Path) -> None:
    spec = bot_with(tmp_path, "real.yaml", SHOP)
    (tmp_path / "real.yaml").chmod(0o640)
    (tmp_path / "faq.yaml").symlink_to("real.yaml")
    spec = bot_with(tmp_path, "faq.yaml", SHOP)

    write(spec, NEW)

    assert (tmp_path / "faq.yaml").is_symlink()
    assert (tmp_path / "real.yaml").stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bot.yaml", "faq.yaml", "real.yaml"]


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.sampled_from("\n'\"#:-[]{}&*!|>%@`\\,? "),
    min_size=1,
    max_size=60,
).map(str.strip)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    question=TEXTS.map(lambda text: " ".join(text.split())).filter(bool),
    answer=TEXTS.filter(bool),
    place=st.sampled_from(["", "shipping_cost", "delivery_time"]),
)
def test_whatever_people_write_arrives_as_they_wrote_it(tmp_path: Path, question: str, answer: str, place: str) -> None:
    spec = bot_with(tmp_path, "faq.yaml", SHOP)
    before = {entry.id: entry for entry in entries_of(spec)}

    written = write(spec, Change((question,), answer, place))

    after = {entry.id: entry for entry in entries_of(spec)}
    changed = after.pop(written.entry)
    assert changed.answer == answer
    assert changed.questions[-1] == question
    assert all(after[id] == before[id] for id in after)
    assert "# The end.\n" in (tmp_path / "faq.yaml").read_text()
