"""Whatever people say, in tables and in transcripts."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plugins.dialog_data.sources.reading import read_text, said

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=40)
LINE = TEXT.map(lambda text: " ".join(text.split())).filter(bool)


@pytest.mark.parametrize(("name", "delimiter"), [("pairs.csv", ","), ("pairs.tsv", "\t")])
def test_pairs_that_a_table_has_are_read(name: str, delimiter: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("tables") / name
    cell = st.lists(TEXT, min_size=1, max_size=3).map("\n".join).map(str.strip).filter(bool)

    @given(st.lists(st.tuples(cell, cell), min_size=1, max_size=5))
    def are_read(pairs: list[tuple[str, str]]) -> None:
        file = io.StringIO()
        csv.writer(file, delimiter=delimiter).writerows([("context", "response"), *pairs])
        found = read_text("context_response", path, file.getvalue())
        assert [said(one) for one in found] == [[("user", context), ("bot", reply)] for context, reply in pairs]

    are_read()


def test_what_a_transcript_says_is_read(tmp_path_factory: pytest.TempPathFactory) -> None:
    path: Path = tmp_path_factory.mktemp("transcripts") / "calls.txt"
    turn = st.tuples(st.sampled_from(["user", "bot"]), st.lists(LINE, min_size=1, max_size=3))

    @given(st.lists(st.lists(turn, min_size=1, max_size=4), min_size=1, max_size=3))
    def is_read(dialogues: list[list[tuple[str, list[str]]]]) -> None:
        text = "\n\n".join(
            "\n".join(f"{role.title()}: " + "\n  ".join(lines) for role, lines in turns) for turns in dialogues
        )
        found = read_text("transcript", path, text)
        assert [said(one) for one in found] == [
            [(role, "\n".join(lines)) for role, lines in turns] for turns in dialogues
        ]

    is_read()
