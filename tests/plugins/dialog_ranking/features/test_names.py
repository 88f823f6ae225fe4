"""The page that documents features, beside the features there are."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from dialog_core.testing import make_turn
from dialog_ranking.choices import Choice
from dialog_ranking.features.names import CONTRIBUTIONS, FAMILIES, FEATURES, Feature
from dialog_ranking.features.schema import Schema
from dialog_ranking.options import LearnedOptions

PAGE = Path(__file__).parents[4] / "docs" / "explanation" / "ranking-features.md"


def table(features: Mapping[str, Feature], suffix: str = "") -> list[str]:
    head = ["| feature | what it says | scale | missing |", "|---|---|---|---|"]
    return head + [
        f"| `{name}{suffix}` | {feature.meaning} | {scale(feature)} | {feature.missing or 'never'} |"
        for name, feature in features.items()
    ]


def scale(feature: Feature) -> str:
    low, high = (f"{bound:.3g}" for bound in (feature.low, feature.high))
    return "any number" if math.isinf(feature.high) else f"{low} to {high}"


def lines_of_tables(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("|")]


def test_the_page_documents_every_feature_as_it_is() -> None:
    contributions = ["| contribution | what it says |", "|---|---|"]
    contributions += [f"| `{name}` | {meaning} |" for name, meaning in CONTRIBUTIONS.items()]
    expected = table(FEATURES) + table(FAMILIES, ".*") + contributions
    assert lines_of_tables(PAGE.read_text(encoding="utf-8")) == expected, (
        "docs/explanation/ranking-features.md is out of step; its tables should be:\n\n" + "\n".join(expected)
    )


@pytest.mark.parametrize("features", [FEATURES, FAMILIES], ids=["features", "families"])
def test_documentation_is_whole_sentences_on_sound_scales(features: Mapping[str, Feature]) -> None:
    for name, feature in features.items():
        assert feature.meaning.endswith("."), name
        assert feature.low < feature.high, name
        assert not feature.missing.endswith("."), name


def test_names_do_not_collide() -> None:
    names: Iterable[str] = [*FEATURES, *FAMILIES, *CONTRIBUTIONS]
    assert len({*names}) == len(FEATURES) + len(FAMILIES) + len(CONTRIBUTIONS)
    assert not any("." in name for name in names)


def test_what_the_options_can_leave_out_is_left_out() -> None:
    options = LearnedOptions(without=("score", "kind"))
    names = Schema.of([Choice("1", make_turn("hi"), (), ())], without=options.without).names
    assert "score" not in names
    assert "margin" in names


def test_a_feature_to_leave_out_that_there_is_none_of_is_a_mistake() -> None:
    with pytest.raises(ValueError, match=r"there is no feature 'scroe'.*Did you mean 'score'"):
        LearnedOptions(without=("scroe",))
    LearnedOptions(without=("own.told", "other", "policy.faq"))
