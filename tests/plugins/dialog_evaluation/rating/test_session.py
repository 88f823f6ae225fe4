"""Rating in the terminal, the keys pressed by a script."""

import io
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from dialog_core.testing import NASTY_TEXTS
from dialog_evaluation.rating.file import RatingsFile
from dialog_evaluation.rating.order import sides
from dialog_evaluation.rating.reading import read_ratings
from dialog_evaluation.rating.terminal.phrases import CHINESE, ENGLISH, Phrases, phrases_for
from dialog_evaluation.rating.terminal.session import Done, Session, summary
from dialog_evaluation.rating.values import Item, RatedReply, Rating, Turn
from tests.plugins.dialog_evaluation.rating.pairs import COMPARISON, item


class Ready:
    """Pairs that are made already."""

    def __init__(self, items: Sequence[Item | str]) -> None:
        self.items = items

    def get(self, place: int, waiting: Callable[[], None] = lambda: None) -> Item | str:
        return self.items[place]


def rate(
    file: Path,
    keys: str,
    items: Sequence[Item | str] | None = None,
    *,
    rater: str = "ann",
    language: str = "en",
    width: int = 80,
    note: str | None = "Too terse.",
) -> tuple[Done, str]:
    """Press keys (`<` and `>` are arrows, `!` Ctrl-C, `.` Enter); return what came of it, and the screen."""
    pairs = [item(number) for number in range(4)] if items is None else items
    screen = io.StringIO()
    pressed: Iterator[str] = iter(keys)

    def press(hint: Sequence[tuple[str, str]], known: Mapping[str, str]) -> str:
        key = next(pressed, "q")
        screen.write("".join(text for _, text in hint) + f" [{key}]\n")
        if key == "!":
            raise KeyboardInterrupt
        return {"<": "back", ">": "next"}.get(key) or known.get(key.replace(".", "\r"), "other")

    with RatingsFile(file, COMPARISON) as opened:
        for pair in pairs:
            if isinstance(pair, Item):
                opened.add_item(pair)
        session = Session(
            opened,
            Ready(pairs),
            [pair.id if isinstance(pair, Item) else "failed" for pair in pairs],
            rater=rater,
            console=Console(file=screen, width=width, color_system=None),
            phrases=phrases_for(language),
            press=press,
            write=lambda _: note,
        )
        return session.run(), screen.getvalue()


def verdicts(file: Path, rater: str = "ann") -> dict[str, Rating]:
    return {rating.item: rating for rating in read_ratings(file).ratings.values() if rating.rater == rater}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "r.jsonl"


def test_nothing_on_the_screen_tells_whose_reply_is_whose(file: Path) -> None:
    _, screen = rate(file, "1.2.=b.q")
    for name in ("bot.yaml", "people", "faq"):
        assert name not in screen
    assert "Which reply is better?" in screen
    assert "How long? 0" in screen
    assert "Three days. 0" in screen
    assert "A week. 0" in screen


def test_a_key_prefers_what_stands_there_and_ties_and_bad_pairs_prefer_nobody(file: Path) -> None:
    done, _ = rate(file, "1.2.=b.")
    found = verdicts(file)
    for number, shown in ((0, 0), (1, 1)):
        order = sides(COMPARISON, f"d{number}/1", "ann")
        assert found[f"d{number}/1"].winner == order[shown]
        assert found[f"d{number}/1"].first == order[0]
    assert (found["d2/1"].verdict, found["d3/1"].verdict) == ("tie", "neither")
    assert (found["d2/1"].winner, found["d3/1"].winner) == ("", "")
    assert (len(done.rated), done.left, done.interrupted) == (4, 0, False)


def test_reasons_are_switched_on_and_off_and_a_note_is_kept(file: Path) -> None:
    _, screen = rate(file, "1cfrcn.q")
    found = verdicts(file)["d0/1"]
    assert found.reasons == ("relevant", "fluent")
    assert found.note == "Too terse."
    assert "✓ 1 is better · relevant, fluent, noted" in screen
    assert "c correct✓" in screen


def test_a_note_somebody_thinks_better_of_is_none(file: Path) -> None:
    rate(file, "1n.q", note=None)
    assert verdicts(file)["d0/1"].note == ""


def test_a_decision_is_kept_before_it_is_asked_why(file: Path) -> None:
    done, _ = rate(file, "1!")
    assert done.interrupted
    assert verdicts(file)["d0/1"].verdict == "better"


def test_whoever_comes_back_goes_on_where_they_were(file: Path) -> None:
    rate(file, "1.=q")
    done, screen = rate(file, "=q")
    assert "You have rated 2 before" in screen
    assert "3 of 4" in screen
    assert "1 of 4" not in screen
    assert set(verdicts(file)) == {"d0/1", "d1/1", "d2/1"}
    assert done.left == 1


def test_one_can_go_back_also_to_what_was_rated_another_day_and_decide_otherwise(file: Path) -> None:
    rate(file, "1.=q")
    done, screen = rate(file, "<<<b..>=q")
    assert "so far: equally good" in screen
    assert "so far: 1 is better" in screen
    assert "This is the first one." in screen
    found = verdicts(file)
    assert (found["d0/1"].verdict, found["d1/1"].verdict, found["d2/1"].verdict) == ("neither", "tie", "tie")
    assert done.left == 1


def test_after_going_back_it_goes_on_through_what_was_seen_to_what_is_new(file: Path) -> None:
    done, screen = rate(file, "==<<=>=q")
    assert [line.split("─")[-3].strip() for line in screen.splitlines() if "Which reply" in line] == [
        "1 of 4",
        "2 of 4",
        "3 of 4",
        "2 of 4",
        "1 of 4",
        "2 of 4",
        "3 of 4",
        "4 of 4",
    ]
    assert set(verdicts(file)) == {"d0/1", "d1/1", "d2/1"}
    assert done.left == 1


def test_what_is_skipped_comes_again_the_next_time(file: Path) -> None:
    done, _ = rate(file, "s=s s")
    assert (len(done.skipped), len(done.rated), done.left) == (3, 1, 3)
    _, screen = rate(file, "===")
    assert "1 of 4" in screen
    assert len(verdicts(file)) == 4


def test_equal_replies_are_ties_nobody_is_asked_about_and_failures_are_told(file: Path) -> None:
    same = Item("e/1", "e", 1, (Turn("user", "Hi"),), {"bot.yaml": RatedReply("Hello "), "people": RatedReply("Hello")})
    done, screen = rate(file, "=", [same, "bot.yaml: broken", item(0)])
    assert (len(done.equal), done.failed, len(done.rated), done.left) == (1, {1: "bot.yaml: broken"}, 1, 0)
    assert "Hello" not in screen
    told = [line.plain for line in summary(done, "r.jsonl", ENGLISH)]
    assert "The two replies are the same: 1. They count as ties, and nobody is asked." in told
    assert "Left out, since there was no reply: 1. The last: bot.yaml: broken" in told


def test_nobody_sees_what_others_have_said(file: Path) -> None:
    rate(file, "1.=b.=")
    _, screen = rate(file, "q", rater="bob")
    assert "so far" not in screen
    assert "1 of 4" in screen


def test_all_that_was_said_before_is_shown_on_demand(file: Path) -> None:
    turns = tuple(Turn(("user", "bot")[number % 2], f"turn {number}.") for number in range(21))
    long = Item("l/1", "l", 1, turns, {"bot.yaml": RatedReply("a"), "people": RatedReply("b")})
    _, screen = rate(file, "q", [long])
    assert "14 earlier; h shows all" in screen
    assert "turn 13." not in screen
    _, screen = rate(file, "hq", [long])
    assert "turn 0." in screen
    assert "turn 13." in screen


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [40, 41, 60, 80, 200])
def test_every_width_and_language_fits(file: Path, language: str, width: int) -> None:
    long = Item(
        "w/1",
        "w",
        1,
        (
            Turn("user", "Can you tell me how long delivery takes? " * 5),
            Turn("bot", "没问题。" * 30),
            Turn("user", "？"),
        ),
        {"bot.yaml": RatedReply("supercalifragilistic" * 9), "people": RatedReply("三天之内送到。\n\n" * 12)},
    )
    _, screen = rate(file, "?h1cf.x", [long, item(0)], width=width, language=language)
    shown = [re.sub(r" \[.\]$", "", line) for line in screen.splitlines()]  # which key was pressed stands there, too
    assert max(map(cell_len, shown)) <= min(width, 110)
    assert "supercalifragilistic" in screen.replace("\n", "") or width < 60


@pytest.mark.parametrize("name", NASTY_TEXTS)
def test_no_text_steers_the_terminal(file: Path, name: str) -> None:
    odd = NASTY_TEXTS[name][:500]
    pair = Item("n/1", "n", 1, (Turn("user", odd),), {"bot.yaml": RatedReply(odd), "people": RatedReply(f"{odd} x")})
    _, screen = rate(file, "?h1n.", [pair], note=odd)
    assert not set(screen) & {chr(number) for number in (*range(9), *range(11, 32), 0x7F, *range(0x80, 0xA0))}
    assert "\u202e" not in screen


@given(st.lists(st.text(alphabet="12=tbs<>rcfyn.h?x ", max_size=25), min_size=1, max_size=3))
def test_whatever_is_pressed_every_decision_that_was_shown_is_kept(sessions: list[str]) -> None:
    """In one session or several, forwards and back: the last word on each pair stands, and all is asked in the end."""
    same = Item("e/1", "e", 1, (Turn("user", "Hi"),), {"bot.yaml": RatedReply("Hello"), "people": RatedReply("Hello")})
    items: list[Item | str] = [item(0), same, item(1), "bot.yaml: broken", item(2)]
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "r.jsonl"
        for keys in sessions:
            before = len(verdicts(file)) if file.exists() else 0
            done, screen = rate(file, keys, items)
            assert len(verdicts(file)) <= before + screen.count("✓ ")
            assert len(verdicts(file)) >= max(before, len(done.rated))
            assert done.left <= len(items) - len(verdicts(file))
        done, _ = rate(file, "=.=.=.=.=.", items)
        assert (len(verdicts(file)), done.left) == (3, 0)


def test_an_empty_reply_says_so(file: Path) -> None:
    pair = Item("n/1", "n", 1, (Turn("user", "Hi"),), {"bot.yaml": RatedReply(" \n"), "people": RatedReply("Hello")})
    _, screen = rate(file, "q", [pair])
    assert "(says nothing)" in screen


def test_chinese_and_english_say_the_same_things() -> None:
    """With the same keys, and with the same places for what is filled in."""
    for field in Phrases.__dataclass_fields__:
        one, other = getattr(ENGLISH, field), getattr(CHINESE, field)
        if isinstance(one, Mapping):
            assert one.keys() == other.keys()
        else:
            assert places(one) == places(other), field
            assert len(one.splitlines()) == len(other.splitlines()), field
    assert [line.split("  ")[0] for line in ENGLISH.help.splitlines() if "  " in line] == [
        line.split("  ")[0] for line in CHINESE.help.splitlines() if "  " in line
    ]


def places(text: str) -> list[str]:
    return sorted(part.split("}")[0] for part in text.split("{")[1:])
