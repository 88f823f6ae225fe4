"""The rule of thumb: the first policy of the file whose score reaches its threshold answers."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import Bot, Builder, Candidate, Ranked, read_bot_file
from dialog_core.configuration import ConfigurationError
from dialog_core.testing import RankerContract, make_context, make_turn, write_bot
from dialog_ranking.options import PriorityOptions
from dialog_ranking.priority import PriorityRanker

BOT = """
    version: 1
    policies:
      - {name: hours, use: rules, path: hours.yaml}
      - {name: small_talk, use: rules, path: small_talk.yaml}
    ranking:
      use: priority
      thresholds:
        small_talk: 90%
"""
FILES = {
    "hours.yaml": "rules: [{name: hours, when: when do you open, say: At nine.}]\n",
    "small_talk.yaml": "rules: [{name: hello, when: [when do you open, hello], say: Good morning!}]\n",
}


def ranked(*candidates: Candidate, **options: object) -> list[Ranked]:
    return PriorityRanker(PriorityOptions.model_validate(options), make_context("ranking")).rank(
        make_turn("hi"), candidates
    )


class TestPriorityRanker(RankerContract):
    def make_ranker(self, tmp_path: Path) -> PriorityRanker:
        return PriorityRanker(PriorityOptions(thresholds={"faq": 0.7}), make_context("ranking"))


def test_the_first_policy_that_is_sure_enough_wins_over_a_surer_one_behind_it() -> None:
    best, second = ranked(Candidate("a", 0.6, "faq"), Candidate("b", 1.0, "llm"))
    assert (best.candidate.policy, best.probability) == ("faq", 0.6)
    assert (second.candidate.policy, second.probability) == ("llm", 0.6)
    assert second.contributions == {"llm score 1.00": 1.0, "stands behind others": pytest.approx(-0.4)}


def test_who_is_below_its_threshold_is_not_believed() -> None:
    best, second = ranked(Candidate("a", 0.6, "faq"), Candidate("b", 0.5, "llm"), thresholds={"faq": 0.61})
    assert (best.candidate.policy, best.probability) == ("llm", 0.5)
    assert (second.candidate.policy, second.probability) == ("faq", 0.0)
    assert second.contributions == {"faq score 0.60": 0.6, "below the threshold 0.61": -0.6}


def test_of_one_policy_its_best_candidate_comes_first_however_they_were_proposed() -> None:
    found = ranked(Candidate("worse", 0.6, "faq"), Candidate("better", 0.9, "faq"), Candidate("b", 1.0, "llm"))
    assert [verdict.candidate.text for verdict in found] == ["better", "worse", "b"]


POLICIES = st.sampled_from(["rules", "faq", "llm"])
CANDIDATES = st.lists(st.builds(Candidate, st.just("x"), st.floats(0, 1), POLICIES), max_size=8)


@given(CANDIDATES, st.floats(0, 1))
def test_whoever_proposes_what_the_order_is_sound_and_the_contributions_add_up(
    candidates: list[Candidate], threshold: float
) -> None:
    candidates.sort(key=lambda candidate: ["rules", "faq", "llm"].index(candidate.policy))
    found = ranked(*candidates, threshold=threshold)
    assert sorted(id(one.candidate) for one in found) == sorted(map(id, candidates))
    assert [one.probability for one in found] == sorted((one.probability for one in found), reverse=True)
    for one in found:
        assert sum(one.contributions.values()) == pytest.approx(one.probability)
    first = next((one.policy for one in candidates if one.score >= threshold), None)
    if first is not None:
        assert found[0].candidate.policy == first


def test_in_a_bot_it_decides_by_the_order_of_the_file(tmp_path: Path) -> None:
    with Bot.load(write_bot(tmp_path, BOT, **FILES)) as bot:
        reply = bot.reply("when do you open")
        assert reply.text == "At nine."
        assert reply.trace is not None
        assert reply.trace["ranker"] == "priority (uncalibrated)"


def test_a_threshold_of_no_policy_is_told_with_its_place(tmp_path: Path) -> None:
    bot = write_bot(tmp_path, BOT.replace("small_talk: 90%", "smalltalk: 90%"), **FILES)
    told = f"{bot}:8:16: ranking.thresholds.smalltalk: there is no policy 'smalltalk'. Did you mean 'small_talk'?"
    assert [str(problem) for problem in Builder(read_bot_file(bot)).check()] == [told]
    with pytest.raises(ConfigurationError) as caught:
        Bot.load(bot)
    assert str(caught.value) == told


def test_a_threshold_that_is_no_share_is_told(tmp_path: Path) -> None:
    bot = write_bot(tmp_path, BOT.replace("90%", "190%"), **FILES)
    with pytest.raises(ConfigurationError, match=r"bot\.yaml:8:"):
        Bot.load(bot)
