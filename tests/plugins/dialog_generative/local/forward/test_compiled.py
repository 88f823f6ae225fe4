"""Steps of fixed shapes: they say the same, compiled or not, and what cannot be compiled runs as it is."""

import logging
from typing import Any

import pytest

from dialog_generative.local.model import LoadedModel
from tests.engines import Rounds, job, load, plain, save, tokens

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, LoadedModel]:
    return {kind: load(save(kind, tmp_path_factory.mktemp(kind))) for kind in ("llama", "gpt2", "mistral", "gemma2")}


@pytest.mark.parametrize("kind", ["llama", "gpt2", "mistral", "gemma2"])
def test_steps_of_fixed_shapes_say_the_same(
    kind: str, models: dict[str, LoadedModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: fixed shapes alone, since compiling each of these models takes half a minute
    monkeypatch.setattr("torch.compile", lambda model: model)
    model = models[kind]
    rounds, chats = Rounds(model, size=5, compile=True), [tokens(number, 3 + 40 * number) for number in range(7)]
    for turn in range(3):
        for number, chat in enumerate(chats):
            chat += tokens(100 * turn + number, 6)
        # When
        jobs = [job(chat, str(number), max_tokens=4 + number) for number, chat in enumerate(chats)]
        finished = rounds.run(*jobs)
        # Then
        for one, done, chat in zip(jobs, finished, chats, strict=True):
            said = plain(model, chat, max_new_tokens=one.decoding.max_tokens)
            assert done.completions[0].ids == said
            assert (done.cached > 0) == (turn > 0)
            chat += said


def test_an_engine_compiles_before_it_is_asked(models: dict[str, LoadedModel], monkeypatch: pytest.MonkeyPatch) -> None:
    shapes: list[int] = []

    def compile(model: Any) -> Any:
        def call(**asked: Any) -> Any:
            shapes.append(len(asked["input_ids"]))
            return model(**asked)

        return call

    monkeypatch.setattr("torch.compile", compile)
    rounds = Rounds(models["llama"], size=6, compile=True)
    rounds.prepare()
    assert {1, 2, 4} <= set(shapes)
    assert len(rounds.scheduler.conversations) == 0
    assert rounds.said(job(tokens(1, 20))) == [plain(models["llama"], tokens(1, 20))]


@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore::DeprecationWarning:torch")  # of the compiler, about itself
def test_a_compiled_model_says_the_same(models: dict[str, LoadedModel], caplog: pytest.LogCaptureFixture) -> None:
    model, chat = models["llama"], tokens(1, 20)
    with caplog.at_level(logging.WARNING, "dialog_generative"):
        said = Rounds(model, size=1, compile=True).said(job(chat, seconds=600))
    assert said == [plain(model, chat)]
    assert not caplog.records


def test_where_there_is_no_compiler_the_model_runs_as_it_is(
    models: dict[str, LoadedModel], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def compile(model: Any) -> Any:
        raise RuntimeError("not on this platform")

    monkeypatch.setattr("torch.compile", compile)
    with caplog.at_level(logging.WARNING):
        said = Rounds(models["llama"], compile=True).said(job(tokens(1, 20)))
    assert said == [plain(models["llama"], tokens(1, 20))]
    assert "not on this platform" in caplog.text


def test_a_model_that_cannot_be_compiled_runs_as_it_is(
    models: dict[str, LoadedModel], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def compile(model: Any) -> Any:
        def call(**_: Any) -> Any:
            raise RuntimeError("no compiler")

        return call

    monkeypatch.setattr("torch.compile", compile)
    model = models["llama"]
    jobs = [job(tokens(number, 20), str(number)) for number in range(3)]
    with caplog.at_level(logging.WARNING):
        said = Rounds(model, compile=True).said(*jobs)
    assert said == [plain(model, one.ids) for one in jobs]
    assert "runs without being compiled: RuntimeError: no compiler" in caplog.text
