"""The file of ratings: nothing is lost, whatever happens to the process, and nobody else's file is touched."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import DialogError
from dialog_core.configuration import ConfigurationError
from dialog_evaluation.rating.file import RatingsFile
from dialog_evaluation.rating.lines import from_line, to_line
from dialog_evaluation.rating.reading import read_all, read_ratings
from dialog_evaluation.rating.values import REASONS, Comparison, Item, RatedReply, Rating, Turn
from tests.plugins.dialog_evaluation.rating.pairs import COMPARISON, item, rated, written

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30)


@given(texts, texts, texts, st.lists(st.sampled_from(REASONS), unique=True))
def test_what_is_written_is_read(text: str, note: str, name: str, reasons: list[str]) -> None:
    pair = Item("d/1", "d", 3, (Turn("user", text),), {"b": RatedReply(text, "faq"), "p": RatedReply(note)})
    said = Rating("d/1", f"x{name}", "better", "b", "p", tuple(reasons), note, "", 2.5)
    for value in (COMPARISON, pair, said):
        line = to_line(value)
        assert line.endswith(b"\n")
        assert line.count(b"\n") == 1
        assert from_line(line) == value


def test_the_last_word_of_each_rater_stands(tmp_path: Path) -> None:
    file = written(tmp_path / "r.jsonl", [rated(0, "bot.yaml"), rated(0, "people", "bob"), rated(0, "people")])
    found = read_ratings(file)
    assert {key: rating.winner for key, rating in found.ratings.items()} == {
        ("d0/1", "ann"): "people",
        ("d0/1", "bob"): "people",
    }
    assert found.raters == ["ann", "bob"]


def test_a_line_that_was_cut_off_is_repaired_and_only_told_of_by_who_reads(tmp_path: Path) -> None:
    file = written(tmp_path / "r.jsonl", [rated(0, "bot.yaml")], items=2)
    whole = file.read_bytes()
    file.write_bytes(whole + to_line(rated(1, "people"))[:25])

    assert read_ratings(file).torn
    assert len(read_ratings(file).ratings) == 1
    with RatingsFile(file, COMPARISON) as again:
        assert len(again.ratings.ratings) == 1
        again.add_rating(rated(1, "people"))
    assert file.read_bytes() == whole + to_line(rated(1, "people"))


@pytest.mark.parametrize("kept", [1, 12, 40])
def test_a_first_line_that_was_cut_off_is_written_anew(tmp_path: Path, kept: int) -> None:
    file = tmp_path / "r.jsonl"
    line = to_line(COMPARISON)
    file.write_bytes(line[: 10 + kept])
    with RatingsFile(file, COMPARISON):
        pass
    assert file.read_bytes() == line


@pytest.mark.parametrize("content", [b"my diary", b"my diary\nsecond line\n", b'{"id": 1, "turns": []}\n'])
def test_a_file_of_something_else_is_refused_and_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "diary.jsonl"
    file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"diary\.jsonl:1"):
        RatingsFile(file, COMPARISON)
    assert file.read_bytes() == content


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (Comparison("other.yaml", "people", "talks.jsonl", "abc", 1), "compares bot.yaml with people"),
        (Comparison("bot.yaml", "people", "talks.jsonl", "xyz", 1), r"is about talks\.jsonl"),
        (Comparison("bot.yaml", "people", "talks.jsonl", "abc", 2, {"bot.yaml": "f"}), "begun with --seed 1"),
        (Comparison("bot.yaml", "people", "talks.jsonl", "abc", 1, {"bot.yaml": "g"}), r"bot\.yaml as it was then"),
    ],
)
def test_ratings_of_another_comparison_are_not_added_to(tmp_path: Path, now: Comparison, told: str) -> None:
    file = written(tmp_path / "r.jsonl", [rated(0, "bot.yaml")])
    before = file.read_bytes()
    with pytest.raises(ConfigurationError, match=told) as error:
        RatingsFile(file, now)
    assert "--out" in str(error.value)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "is no JSON"),
        ("[1]", "neither"),
        ('{"rated": "d9/1", "rater": "ann", "verdict": "tie"}', "of which no line before it has the replies"),
        ('{"rated": "d0/1", "rater": "ann", "verdict": "better"}', "'winner' has to say"),
        ('{"rated": "d0/1", "rater": "ann", "verdict": "better", "winner": "x"}', "neither bot.yaml nor people"),
        ('{"rated": "d0/1", "rater": "ann", "verdict": "great"}', "'verdict' is none of better, tie, neither"),
        ('{"rated": "d0/1", "verdict": "tie"}', "who it was"),
        ('{"rated": "d0/1", "rater": "a", "verdict": "neither", "reasons": ["ugly"]}', "'reasons' is no list of"),
        ('{"item": "x", "turns": [], "replies": {}}', "'turns' is no list"),
        ('{"item": "x", "turns": [{"role": "cat"}], "replies": {}}', "the replies of two systems"),
        ('{"item": "x", "turns": [{"role": "cat"}], "replies": {"a": {}, "b": {}}}', "no role"),
        ('{"item": "x", "turns": [{"role": "user"}], "replies": {"a": {}, "b": {}}}', "replies of bot.yaml and people"),
        ('{"ratings": 1, "bot": "a", "other": "b"}', "says again what is compared"),
        ('{"ratings": 7, "bot": "a", "other": "b"}', "another version"),
        ("[" * 100_000, "is no JSON"),
    ],
)
def test_damaged_lines_are_told_with_their_place(tmp_path: Path, line: str, told: str) -> None:
    file = written(tmp_path / "r.jsonl", [rated(0, "bot.yaml")])
    with file.open("a", encoding="utf-8") as stream:
        stream.write(f"{line}\n")
    for read in (read_ratings, lambda file: RatingsFile(file, COMPARISON)):
        with pytest.raises(ConfigurationError) as error:
            read(file)
        assert "r.jsonl:4" in str(error.value)
        assert told in str(error.value)


def test_all_that_is_wrong_with_several_files_is_told_at_once(tmp_path: Path) -> None:
    one = written(tmp_path / "one.jsonl", [rated(0, "bot.yaml")])
    one.write_bytes(one.read_bytes() + b"{\n\xff\n")
    two = tmp_path / "two.jsonl"
    two.write_text("")
    with pytest.raises(ConfigurationError) as error:
        read_all([one, two, tmp_path / "three.jsonl"])
    told = str(error.value)
    for part in ("one.jsonl:4", "one.jsonl:5", "is not UTF-8 (byte 1)", "two.jsonl:1", "has no ratings", "three.jsonl"):
        assert part in told


def test_two_raters_at_once_with_one_file_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"

    def work(rater: str) -> None:
        with RatingsFile(file, COMPARISON) as mine:
            for number in range(40):
                held = mine.add_item(item(number, bot=f"{rater} heard"))
                assert held.replies["bot.yaml"].text.endswith(f"heard {number}")
                mine.add_rating(rated(number, "bot.yaml", rater))

    threads = [threading.Thread(target=work, args=(rater,)) for rater in ("ann", "bob", "cy")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = read_ratings(file)
    assert (len(found.items), len(found.ratings)) == (40, 120)
    assert file.read_bytes().count(b'"item"') == 40  # nobody has written a pair that was there


def test_a_full_disk_is_told_and_what_was_there_stays() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    with pytest.raises(DialogError, match="cannot be written: No space left"):
        RatingsFile(Path("/dev/full"), COMPARISON)


KILLED = """
import sys
from pathlib import Path
from dialog_evaluation.rating.file import RatingsFile
from tests.plugins.dialog_evaluation.rating.pairs import COMPARISON, item, rated

with RatingsFile(Path(sys.argv[1]), COMPARISON) as file:
    for number in range(1_000_000):
        file.add_item(item(number))
        file.add_rating(rated(number, "bot.yaml"))
        print(number, flush=True)
"""


def test_whoever_is_killed_has_lost_no_rating_that_was_kept(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    root = Path(__file__).parents[4]
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(KILLED), str(file)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(root)},
        )
        assert process.stdout is not None
        kept = [int(process.stdout.readline()) for _ in range(25)][-1]
        process.send_signal(signal.SIGKILL)
        process.communicate()

        with RatingsFile(file, COMPARISON) as again:
            assert {(f"d{number}/1", "ann") for number in range(kept + 1)} <= again.ratings.ratings.keys()
        assert not read_ratings(file).torn
