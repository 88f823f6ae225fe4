"""The cross-encoder as it ranks: with models built here, used as they are or as training leaves them."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from dialog_core import ArtefactError, Bot, BotSaid, Candidate, PluginError, Ranked
from dialog_core.configuration import ConfigurationError, Options
from dialog_core.ranking import TableRanker
from dialog_core.testing import RankerContract, make_context, make_turn, write_bot
from dialog_core.testing.rankers import CANDIDATES
from dialog_core.testing.turns import NOON
from dialog_ranking.cross_encoder.finding import FOLDER, SETTINGS, VERSION, Scale
from dialog_ranking.cross_encoder.ranker import CrossEncoderRanker
from dialog_ranking.options import CrossEncoderOptions
from tests.plugins.dialog_ranking.cross_encoder.tiny_models import save_tiny_model

pytest.importorskip("transformers")

TEXTS = [candidate.text for candidate in CANDIDATES] + ["hello what the bot said last user"]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("cross"), TEXTS)


def make_ranker(model: Path | str, **options: object) -> CrossEncoderRanker:
    return CrossEncoderRanker(
        CrossEncoderOptions.model_validate({"model": model, **options}), make_context("cross_encoder")
    )


def trained_in(directory: Path, **settings: object) -> Path:
    save_tiny_model(directory / FOLDER, TEXTS)
    told = {"version": VERSION, "taken": True, "temperature": 2.0, "offset": -0.5, **settings}
    (directory / SETTINGS).write_text(json.dumps(told), encoding="utf-8")
    return directory


class TestCrossEncoderRanker(RankerContract):
    @pytest.fixture(autouse=True)
    def _model(self, model: Path) -> None:
        self.model = model

    def make_ranker(self, tmp_path: Path) -> CrossEncoderRanker:
        return make_ranker(self.model)


def by_text(ranked: Sequence[Ranked]) -> dict[str, float]:
    return {one.candidate.text: one.probability for one in ranked}


def test_its_verdict_is_all_that_counts_and_is_told(model: Path) -> None:
    ranked = make_ranker(model).rank(make_turn("hello"), CANDIDATES)
    assert len({one.probability for one in ranked}) > 1
    assert all(one.contributions == {"cross-encoder": one.probability} for one in ranked)


def test_what_was_said_before_counts_as_far_as_it_is_read(model: Path) -> None:
    candidate = Candidate("It is on its way.", 0.5)
    plain = make_turn("hello")
    after = make_turn("hello", events=[BotSaid("We ship world-wide.", NOON)])
    reads_two, reads_one = make_ranker(model, messages=2), make_ranker(model, messages=1)
    assert reads_two.rank(plain, [candidate])[0].probability != reads_two.rank(after, [candidate])[0].probability
    assert reads_one.rank(plain, [candidate])[0].probability == reads_one.rank(after, [candidate])[0].probability


def test_of_too_much_the_newest_words_and_the_beginning_of_the_reply_are_read(model: Path) -> None:
    ranker = make_ranker(model, max_length=16)
    reply = Candidate("we ship world", 0.5)
    end = "the bot said last " * 4
    found = [ranker.rank(make_turn(text), [reply])[0].probability for text in ("hello " * 500 + end, "you " * 9 + end)]
    assert found[0] == found[1]
    replies = [Candidate("we ship " * 10 + tail, 0.5) for tail in ("hello", "two days " * 50)]
    assert len({one.probability for one in ranker.rank(make_turn("hello"), replies)}) == 1
    assert ranker.rank(make_turn("hello"), [reply])[0].probability != found[0]


def test_the_verdict_on_a_reply_does_not_depend_on_its_company(model: Path) -> None:
    ranker = make_ranker(model)
    together = by_text(ranker.rank(make_turn("hello"), CANDIDATES))
    alone = {one.text: ranker.rank(make_turn("hello"), [one])[0].probability for one in CANDIDATES}
    assert together == pytest.approx(alone, abs=2e-6)


def test_the_model_is_read_when_it_is_needed_or_beforehand(model: Path) -> None:
    ranker = make_ranker(model)
    assert ranker._model is None
    ranker.warm()
    read = ranker._model
    assert read is not None
    ranker.rank(make_turn("hello"), CANDIDATES)
    assert ranker._model is read


def test_what_training_left_behind_is_used_on_its_scale(tmp_path: Path, model: Path) -> None:
    trained_in(tmp_path)
    ranker = CrossEncoderRanker(CrossEncoderOptions(), make_context("ranking", artefact=tmp_path))
    assert ranker.calibrated
    raw = by_text(make_ranker(model).rank(make_turn("hello"), CANDIDATES))
    scaled = by_text(ranker.rank(make_turn("hello"), CANDIDATES))
    assert all(scaled[text] < raw[text] for text in raw)  # the offset says that fewer replies are right


def test_a_part_of_another_ranker_finds_its_model_in_that_ones_artefact(tmp_path: Path, model: Path) -> None:
    (tmp_path / "weights.json").write_text("{}", encoding="utf-8")
    part = make_context("ranking", artefact=tmp_path).named("ranking.cross_encoder")
    assert not CrossEncoderRanker(CrossEncoderOptions(model=model), part).calibrated
    with pytest.raises(ArtefactError, match="has no cross-encoder"):
        CrossEncoderRanker(CrossEncoderOptions(), part)
    trained_in(tmp_path)
    assert CrossEncoderRanker(CrossEncoderOptions(model=model), part).calibrated


def test_where_training_found_nothing_better_the_default_ranker_judges(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / SETTINGS).write_text(json.dumps({"version": VERSION, "taken": False}), encoding="utf-8")
    ranker = CrossEncoderRanker(CrossEncoderOptions(), make_context("ranking", artefact=tmp_path))
    ranker.warm()
    turn = make_turn("hello")
    table = TableRanker(Options(), make_context("table")).rank(turn, CANDIDATES)
    assert by_text(ranker.rank(turn, CANDIDATES)) == by_text(table)
    assert not ranker.calibrated


def test_a_folder_that_training_left_behind_can_be_named_elsewhere_and_keeps_its_scale(tmp_path: Path) -> None:
    trained_in(tmp_path)
    named, own = make_ranker(tmp_path / FOLDER), make_context("ranking", artefact=tmp_path)
    assert named.calibrated
    turn = make_turn("hello")
    assert named.rank(turn, CANDIDATES) == CrossEncoderRanker(CrossEncoderOptions(), own).rank(turn, CANDIDATES)
    (tmp_path / SETTINGS).write_text("{}", encoding="utf-8")
    with pytest.raises(PluginError, match=r"ranking\.json cannot be used"):
        make_ranker(tmp_path / FOLDER)


@pytest.mark.parametrize(
    "settings", [{"version": 99}, {"temperature": 0}, {"temperature": "hot"}, {"offset": float("nan")}]
)
def test_settings_that_make_no_sense_are_told(tmp_path: Path, settings: dict[str, object]) -> None:
    with pytest.raises(ArtefactError, match=r"ranking\.json cannot be used"):
        CrossEncoderRanker(CrossEncoderOptions(), make_context("ranking", artefact=trained_in(tmp_path, **settings)))


@pytest.mark.parametrize("logit", [float("nan"), float("inf"), -1e9, 1e9, 0.0])
def test_whatever_figure_a_model_gives_there_is_a_probability(logit: float) -> None:
    assert 0 < Scale(0.1, 3.0).probability(logit) < 1


BOT = """
    version: 1
    policies:
      - {use: rules, path: rules.yaml}
    ranking: {use: cross_encoder%s}
"""
RULES = "rules: [{name: hello, when: hello, say: Hello again.}]\n"


def test_a_bot_ranks_with_it(tmp_path: Path, model: Path) -> None:
    bot_file = write_bot(tmp_path, BOT % f", model: {model}, timeout: 60s", **{"rules.yaml": RULES})
    with Bot.load(bot_file) as bot:
        trace = bot.reply("hello").trace
    assert trace is not None
    assert trace["ranker"] == "cross_encoder (uncalibrated)"
    assert list(trace["candidates"][0]["contributions"]) == ["cross-encoder"]


def test_without_a_model_the_bot_says_what_is_missing(tmp_path: Path) -> None:
    bot = write_bot(tmp_path, BOT % "", **{"rules.yaml": RULES})
    with pytest.raises(ConfigurationError, match=r"there is no model.*Name one with `model:`, such as cross-encoder/"):
        Bot.load(bot)


def test_a_bot_whose_ranking_is_to_be_trained_says_that_it_is_not(tmp_path: Path) -> None:
    text = BOT % "" + "    training: [{component: ranking, data: x.choices.jsonl}]\n"
    bot = write_bot(tmp_path, text, **{"rules.yaml": RULES, "x.choices.jsonl": ""})
    with pytest.raises(ArtefactError, match=r"'ranking' is not trained.*dialog-core train"):
        Bot.load(bot)


def test_an_encoder_of_sentences_is_no_cross_encoder_before_it_is_trained(tmp_path: Path) -> None:
    encoder = save_tiny_model(tmp_path / "encoder", TEXTS, headless=True)
    bot = write_bot(tmp_path, BOT % ", model: encoder", **{"rules.yaml": RULES})
    with pytest.raises(ConfigurationError, match=r"bot\.yaml:4:\d+: ranking\.model: .*it is no cross-encoder"):
        Bot.load(bot)
    untrained = make_context("ranking", artefact=None).named("ranking", trained=True, artefact=_not_trained)
    with pytest.raises(ArtefactError, match="is not trained"):
        CrossEncoderRanker(CrossEncoderOptions(model=encoder), untrained)


def _not_trained(version: int | None) -> object:
    raise ArtefactError("'ranking' is not trained", missing=True)


def test_a_cross_encoder_serves_as_it_is_until_it_is_trained(model: Path) -> None:
    untrained = make_context("ranking").named("ranking", trained=True, artefact=_not_trained)
    assert not CrossEncoderRanker(CrossEncoderOptions(model=model), untrained).calibrated


def test_a_model_that_gives_several_figures_is_refused(tmp_path: Path) -> None:
    ranker = make_ranker(save_tiny_model(tmp_path, TEXTS, figures=3))
    with pytest.raises(PluginError, match="gives 3 figures for a pair"):
        ranker.warm()


def test_weights_that_would_have_to_be_unpickled_are_refused(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    save_tiny_model(tmp_path, TEXTS)
    torch.save(load_file(tmp_path / "model.safetensors"), tmp_path / "pytorch_model.bin")
    os.remove(tmp_path / "model.safetensors")
    with pytest.raises(PluginError, match="cannot be read"):
        make_ranker(tmp_path).warm()


def test_a_model_that_is_nowhere_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(PluginError, match="'nobody/has-this' is not on this machine and cannot be fetched"):
        make_ranker("nobody/has-this").warm()


def test_a_gpu_that_is_not_there_is_told(model: Path) -> None:
    with pytest.raises(PluginError, match="asks for a GPU"):
        make_ranker(model, device="cuda:99").warm()


@pytest.mark.parametrize("wrong", [{"model": "./nowhere"}, {"device": "tpu"}, {"messages": 0}, {"messages": 99}])
def test_a_mistake_in_its_options_is_told(tmp_path: Path, wrong: dict[str, object]) -> None:
    (key, value), *_ = wrong.items()
    bot = write_bot(tmp_path, BOT % f", {key}: {value}", **{"rules.yaml": RULES})
    with pytest.raises(ConfigurationError, match=rf"bot\.yaml:4:\d+: ranking\.{key}"):
        Bot.load(bot)
