"""Parts of data sets: shares, what is never torn apart, and what was made up."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import AUGMENTED, Dialogue, DialogueTurn, LabelledText
from dialog_data.splitting.parts import Partition, Wanted


def talk(id: str, **metadata: Any) -> Dialogue:
    return Dialogue(id, (DialogueTurn("user", f"hello {id}"), DialogueTurn("bot", "hi")), metadata)


def text(words: str, label: str = "any", **metadata: Any) -> LabelledText:
    return LabelledText(words, label, metadata)


def variant(item: Any) -> Any:
    of = item.text if isinstance(item, LabelledText) else item.id
    mark = {**item.metadata, AUGMENTED: {"by": "typos", "of": of}}
    if isinstance(item, LabelledText):
        return replace(item, text=f"{item.text}x", metadata=mark)
    return replace(item, id=f"{item.id}~typos-1", metadata=mark)


def parts(items: list[Any], **wanted: Any) -> list[str | None]:
    partition = Partition.of(items, Wanted(**wanted))
    return [partition.part_of(item) for item in items]


def test_the_shares_are_as_wanted() -> None:
    counts = Counter(parts([talk(str(number)) for number in range(1000)], validation=0.1, test=0.2))
    assert counts == {"train": 700, "validation": 100, "test": 200}


def test_where_an_item_stands_does_not_matter_and_the_seed_does() -> None:
    items = [talk(str(number)) for number in range(100)]
    forwards = dict(zip(items_ids(items), parts(items), strict=True))
    backwards = dict(zip(items_ids(items[::-1]), parts(items[::-1]), strict=True))
    assert forwards == backwards
    assert parts(items, seed=1) != parts(items, seed=2)


def items_ids(items: list[Any]) -> list[str]:
    return [item.id for item in items]


def test_texts_that_say_the_same_go_together() -> None:
    items = [text(f"{words} {number}") for number in range(50) for words in ("Where is", "where  is")]
    found = parts(items, test=0.3)
    assert found[::2] == found[1::2]
    assert set(found) == {"train", "validation", "test"}


def test_a_user_is_never_in_two_parts() -> None:
    items = [talk(f"{user}-{number}", user=f"u{user}") for user in range(40) for number in range(user % 5 + 1)]
    of_user: dict[Any, set[str | None]] = {}
    for item, part in zip(items, parts(items, by="user", test=0.2), strict=True):
        of_user.setdefault(item.metadata["user"], set()).add(part)
    assert all(len(found) == 1 for found in of_user.values())
    assert {part for found in of_user.values() for part in found} == {"train", "validation", "test"}


def test_by_time_the_latest_is_for_the_test_whatever_its_time_zone() -> None:
    items = [talk(str(day), at=f"2026-01-{day:02}T23:00:00+00:00") for day in range(1, 31)]
    items[-1] = talk("30", at="2026-01-31T01:00:00+02:00")  # an hour that is no later
    found = parts(items, by="time", validation=0.1, test=0.1)
    assert found == ["train"] * 24 + ["validation"] * 3 + ["test"] * 3


def test_every_label_has_its_share_in_every_part() -> None:
    items = [
        text(f"{label} {number}", label) for label, size in (("big", 100), ("small", 10)) for number in range(size)
    ]
    found = Counter(zip((item.label for item in items), parts(items, stratify="label", test=0.2), strict=True))
    assert found["big", "test"] == 20
    assert found["small", "test"] == 2
    assert found["small", "validation"] == 1


def test_what_the_source_says_can_be_kept() -> None:
    items = [talk("1", split="train"), talk("2", split="dev"), talk("3", split="Test")]
    assert parts(items, by="given") == ["train", "validation", "test"]
    with pytest.raises(ConfigurationError, match="there is no part 'tset'"):
        parts([talk("4", split="tset", line=7)], by="given")


@pytest.mark.parametrize("items", [[talk(str(n)) for n in range(60)], [text(f"say {n}") for n in range(60)]])
def test_what_was_made_up_is_learnt_from_alone_and_only_where_its_origin_is(items: list[Any]) -> None:
    everything = [*items, *map(variant, items)]
    found = parts(everything, test=0.3)
    assert found[:60] == parts(items, test=0.3)
    for original, made in zip(found[:60], found[60:], strict=True):
        assert made == ("train" if original == "train" else None)


@pytest.mark.parametrize(
    ("how", "told"), [({"by": "user"}, "'user'"), ({"by": "time"}, "'at'"), ({"stratify": "topic"}, "'topic'")]
)
def test_what_an_item_does_not_say_is_told(how: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError, match=f"'1': its metadata does not say {told}"):
        parts([talk("1")], **how)


def test_a_time_that_is_none_is_told() -> None:
    with pytest.raises(ConfigurationError, match="'yesterday' is no time"):
        parts([talk("1", at="yesterday")], by="time")


@given(st.lists(st.text(min_size=1), unique=True, min_size=1, max_size=50), st.floats(0, 0.5), st.floats(0, 0.5))
def test_every_item_is_in_one_part_and_the_sizes_are_right(ids: list[str], validation: float, test: float) -> None:
    found = Counter(parts([talk(id) for id in ids], validation=validation, test=test))
    assert found.total() == len(ids)
    assert found["test"] == round(test * len(ids))
    assert found["test"] + found["validation"] == round((test + validation) * len(ids))
