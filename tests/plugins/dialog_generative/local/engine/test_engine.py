"""The engine: what it says is what the model alone would say, only sooner, and what goes wrong is told."""

import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, wait
from pathlib import Path
from typing import Any

import pytest

from dialog_generative.errors import GenerationError
from dialog_generative.local.engine.engine import Engine, _Call
from dialog_generative.local.model import LoadedModel
from dialog_generative.local.options import BatchOptions, CacheOptions
from tests.engines import Rounds, job, load, loaded, plain, save, tokens

pytestmark = pytest.mark.slow

DECODERS = ("llama", "gpt2", "mistral", "gemma2")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, LoadedModel]:
    return {kind: load(save(kind, tmp_path_factory.mktemp(kind))) for kind in DECODERS}


@pytest.fixture
def model(models: dict[str, LoadedModel]) -> LoadedModel:
    return models["llama"]


@pytest.fixture
def engine(model: LoadedModel) -> Iterator[Engine]:
    engine = Engine(model, CacheOptions(), BatchOptions())
    yield engine
    engine.close()


# --- Conversations ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", DECODERS)
def test_each_turn_says_what_generate_says_to_the_whole_and_reads_only_what_is_new(
    kind: str, models: dict[str, LoadedModel]
) -> None:
    model = models[kind]
    engine = Engine(model, CacheOptions(), BatchOptions())
    chat, known = tokens(0, 30), 0
    for turn in range(6):
        chat += tokens(turn + 1, 11)
        finished = engine.submit(job(chat)).result(60)
        assert finished.completions[0].ids == plain(model, chat)
        assert finished.cached == known
        chat += finished.completions[0].ids
        # The last token was said and nothing came of it yet, so it was not read: the one that ends, or the last of all.
        known = len(chat) - (finished.completions[0].finish == "length")
    engine.close()


def test_when_history_changes_it_is_read_anew_from_there(model: LoadedModel) -> None:
    rounds, chat = Rounds(model), tokens(1, 60)
    rounds.run(job(chat))
    changed = chat[:20] + tokens(2, 30)
    (finished,) = rounds.run(job(changed))
    assert finished.cached == 20
    assert finished.completions[0].ids == plain(model, changed)


def test_the_same_chat_again_leaves_one_token_to_read(model: LoadedModel) -> None:
    rounds, chat = Rounds(model), tokens(1, 40)
    once, again = rounds.run(job(chat))[0], rounds.run(job(chat))[0]
    assert again.cached == 39
    assert again.completions[0].ids == once.completions[0].ids


def test_nothing_is_shared_between_conversations(model: LoadedModel) -> None:
    rounds, chat = Rounds(model), tokens(1, 40)
    rounds.run(job(chat, "a"))
    (finished,) = rounds.run(job(chat, "b"))
    assert finished.cached == 0


def test_a_chat_that_is_read_in_pieces_says_the_same(model: LoadedModel) -> None:
    rounds, chat = Rounds(model), tokens(1, 490)
    assert rounds.said(job(chat)) == [plain(model, chat)]


def test_what_is_forgotten_is_read_anew_even_if_it_is_being_said(engine: Engine) -> None:
    chat = tokens(1, 40)
    engine.submit(job(chat)).result(60)
    engine.forget("a")
    assert engine.submit(job(chat)).result(60).cached == 0
    begun = threading.Event()
    running = engine.submit(job(chat, max_tokens=400, on_token=lambda _: begun.set()))
    assert begun.wait(60)
    engine.forget("a")
    running.result(60)
    assert engine.submit(job(chat)).result(60).cached == 0


def test_a_cache_that_cannot_be_used_costs_the_time_to_read_again_and_nothing_else(
    model: LoadedModel, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # Given: what is kept under the conversation's name comes from a model of another shape
    other, rounds, chat = Rounds(load(save("gpt2", tmp_path))), Rounds(model), tokens(1, 40)
    other.run(job(chat))
    kept = other.scheduler.conversations.take("a", [*chat, 1])
    assert kept is not None
    rounds.scheduler.conversations.keep("a", chat, kept[0])
    # When, then
    with caplog.at_level(logging.WARNING):
        (finished,) = rounds.run(job(chat))
    assert finished.completions[0].ids == plain(model, chat)
    assert finished.cached == 0
    assert "could not be used" in caplog.text


def test_a_model_with_another_kind_of_cache_answers_through_generate(
    caplog: pytest.LogCaptureFixture, model: Any
) -> None:
    import torch
    from transformers import Lfm2Config, Lfm2ForCausalLM

    torch.manual_seed(0)
    config = Lfm2Config(
        vocab_size=400,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        layer_types=["conv", "full_attention"],
        initializer_range=0.2,
    )
    hybrid = loaded(Lfm2ForCausalLM(config).eval(), model.tokenizer, torch.device("cpu"))
    rounds, chat = Rounds(hybrid), tokens(1, 20)
    with caplog.at_level(logging.WARNING):
        first, second = rounds.run(job(chat), job(chat + tokens(2, 5), "b"))
    assert first.completions[0].ids == plain(hybrid, chat)
    assert second.completions[0].ids == plain(hybrid, chat + tokens(2, 5))
    assert rounds.run(job(chat))[0].cached == 0
    assert "read anew in each turn" in caplog.text


def test_memory_that_runs_out_when_the_model_is_tried_does_not_make_it_slow_for_ever(
    model: LoadedModel, caplog: pytest.LogCaptureFixture
) -> None:
    import torch

    from dialog_generative.local.forward.kv_cache import KeyValues

    # Given: memory runs out as soon as the engine's own way to run the model is tried
    def full(module: Any, args: Any, kwargs: Any) -> None:
        if isinstance(kwargs.get("past_key_values"), KeyValues):
            raise torch.OutOfMemoryError("CUDA out of memory")

    rounds, chat = Rounds(model), tokens(1, 30)
    handle = model.model.register_forward_pre_hook(full, with_kwargs=True)
    try:
        said = rounds.said(job(chat), job(chat, "b"))
    finally:
        handle.remove()
    # Then: both are answered in the other way, and the next one finds out that there is memory again
    assert said == [plain(model, chat)] * 2
    assert "the next conversation will show" in caplog.text
    assert [rounds.run(job(chat))[0].cached for _ in range(2)] == [0, 29]


def test_on_a_cpu_nothing_is_compiled(model: LoadedModel, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        engine = Engine(model, CacheOptions(), BatchOptions(), compile=True)
    assert engine.submit(job(tokens(1, 20))).result(60).completions[0].ids == plain(model, tokens(1, 20))
    engine.close()
    assert "is not compiled: on a CPU" in caplog.text


# --- Decoding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decoding", "settings"),
    [
        ({"repetition_penalty": 1.5}, {"repetition_penalty": 1.5}),
        ({"no_repeat_ngram": 2}, {"no_repeat_ngram_size": 2}),
        ({"min_tokens": 10}, {"min_new_tokens": 10}),
        ({"strategy": "beam", "beams": 3}, {"num_beams": 3}),
    ],
)
def test_decoding_is_that_of_generate(model: LoadedModel, decoding: Any, settings: Any) -> None:
    rounds = Rounds(model)
    for seed in range(5):
        chat = tokens(seed, 25)
        assert rounds.said(job(chat, str(seed), **decoding)) == [plain(model, chat, **settings)]


def test_a_seed_decides_what_is_said_whoever_else_is_answered(model: LoadedModel) -> None:
    asked: dict[str, Any] = {"strategy": "sample", "temperature": 1.5, "top_k": 50, "min_p": 0.01}
    chat = tokens(1, 20)
    (alone,) = Rounds(model).said(job(chat, seed=3, **asked))
    said = Rounds(model).said(*(job(chat, str(seed), seed=seed, **asked) for seed in range(6)))
    assert said[3] == alone
    assert len(set(said)) == 6


def test_sampled_tokens_are_as_frequent_as_they_are_likely(model: LoadedModel) -> None:
    import torch

    chat = tokens(1, 20)
    with torch.inference_mode():
        likely = model.model(torch.tensor([chat])).logits[0, -1].softmax(-1)
    finished = Rounds(model).run(job(chat, count=400, strategy="sample", temperature=1, top_p=1, max_tokens=1))[0]
    drawn = [row.ids[0] for row in finished.completions if row.ids]
    for token in likely.topk(3).indices.tolist():
        share = float(likely[token])
        assert abs(drawn.count(token) / 400 - share) < 4 * (share * (1 - share) / 400) ** 0.5


def test_several_completions_differ_and_the_likeliest_comes_first(model: LoadedModel) -> None:
    rounds, chat = Rounds(model), tokens(1, 20)
    (finished,) = rounds.run(job(chat, count=4, strategy="sample", temperature=1.2))
    likely = [row.log_probability for row in finished.completions]
    assert len({row.ids for row in finished.completions}) == 4
    assert likely == sorted(likely, reverse=True)
    # The next turn begins with what was said, and that is read already.
    (following,) = rounds.run(job([*chat, *finished.completions[0].ids, *tokens(2, 5)]))
    assert following.cached >= 20 + len(finished.completions[0].ids) - 1


@pytest.mark.parametrize("asked", [{}, {"strategy": "sample"}, {"strategy": "beam"}, {"repetition_penalty": 1.3}])
def test_a_completion_comes_with_its_probability_under_the_model_itself(model: LoadedModel, asked: Any) -> None:
    import torch

    chat = tokens(4, 20)
    (finished,) = Rounds(model).run(job(chat, **asked))
    completion = finished.completions[0]
    row = [*completion.ids, *([model.end_ids[0]] if completion.finish == "stop" else [])]
    with torch.inference_mode():
        each = model.model(torch.tensor([chat + row])).logits[0, len(chat) - 1 : -1].log_softmax(-1)
    wanted = float(each.gather(-1, torch.tensor(row)[:, None]).sum())
    assert completion.log_probability == pytest.approx(wanted, abs=1e-3)


def test_a_stop_text_ends_a_completion(model: LoadedModel) -> None:
    chat = tokens(1, 20)
    text = model.tokenizer.decode(plain(model, chat))
    (finished,) = Rounds(model).run(job(chat, stop=(text[6:9],)))
    completion = finished.completions[0]
    assert completion.finish == "stop"
    assert completion.ids == plain(model, chat)[: len(completion.ids)]
    said = model.tokenizer.decode(completion.ids)
    assert text[6:9] in said
    assert text[6:9] not in model.tokenizer.decode(completion.ids[:-1])


def test_a_completion_ends_with_the_window_of_the_model(model: LoadedModel) -> None:
    (finished,) = Rounds(model).run(job(tokens(1, 505), max_tokens=50))
    assert finished.completions[0].finish == "length"
    assert len(finished.completions[0].ids) == 512 - 505


def test_encoder_decoders_answer_several_at_once(tmp_path: Path) -> None:
    model = load(save("t5", tmp_path), encoder_decoder=True)
    jobs = [job([*tokens(seed, 5 + 4 * seed), 1], str(seed), min_tokens=4) for seed in range(5)]
    rounds = Rounds(model)
    assert rounds.said(*jobs) == [plain(model, one.ids, min_new_tokens=4) for one in jobs]
    heard: list[int] = []
    (finished,) = rounds.run(job(jobs[0].ids, on_token=heard.append))
    assert tuple(heard) == finished.completions[0].ids
    assert finished.cached == 0
    assert finished.first_token_seconds is not None


# --- Waiting for it ---------------------------------------------------------------------------------------------------


def test_tokens_are_handed_out_as_they_come(engine: Engine) -> None:
    heard: list[int] = []
    finished = engine.submit(job(tokens(1, 20), on_token=heard.append)).result(60)
    assert tuple(heard) == finished.completions[0].ids
    assert finished.first_token_seconds is not None
    assert 0 < finished.first_token_seconds <= finished.seconds


def test_what_nobody_waits_for_is_not_said(engine: Engine, model: LoadedModel) -> None:
    begun, stop = threading.Event(), threading.Event()
    heard: list[int] = []

    def listen(token: int) -> None:
        heard.append(token)
        begun.set()

    first = engine.submit(job(tokens(1, 20), max_tokens=450, on_token=listen, cancelled=stop.is_set, min_tokens=450))
    assert begun.wait(60)
    stop.set()
    with pytest.raises(CancelledError):
        first.result(60)
    begun.clear()
    second = engine.submit(job(tokens(1, 20), "b", max_tokens=450, on_token=listen, min_tokens=450))
    assert begun.wait(60)
    second.cancel()
    assert second in wait([second], 60).done
    engine.submit(job(tokens(2, 20), "c")).result(60)
    assert len(heard) < 900


def test_when_time_is_up_what_was_said_so_far_is_the_answer(model: LoadedModel) -> None:
    heard: list[int] = []

    def listen(token: int) -> None:
        heard.append(token)
        if len(heard) == 3:
            time.sleep(1.2)

    asked = job(tokens(1, 20), seconds=1, max_tokens=450, min_tokens=450, on_token=listen)
    (finished,) = Rounds(model).run(asked)
    assert finished.completions[0].finish == "deadline"
    assert finished.completions[0].ids == plain(model, tokens(1, 20), min_new_tokens=12)[: len(heard)]


def test_when_time_is_up_before_the_first_token_that_is_said(engine: Engine) -> None:
    with pytest.raises(GenerationError, match="no time left before the first token"):
        engine.submit(job(tokens(1, 20), seconds=-1)).result(60)


def test_beams_stop_in_time_too(engine: Engine) -> None:
    finished = engine.submit(job(tokens(1, 20), seconds=1, strategy="beam", max_tokens=480)).result(60)
    assert finished.completions[0].finish in ("deadline", "stop")
    assert finished.seconds < 20


def test_others_use_the_model_while_the_engine_does_nothing_with_it(engine: Engine) -> None:
    begun = threading.Event()
    running = engine.submit(job(tokens(1, 20), max_tokens=200, min_tokens=200, on_token=lambda _: begun.set()))
    assert begun.wait(60)
    assert engine.call(lambda: threading.current_thread().name).result(60) == "language model the model"
    with pytest.raises(ZeroDivisionError):
        engine.call(lambda: 1 / 0).result(60)
    assert len(running.result(60).completions[0].ids) == 200


# --- What goes wrong --------------------------------------------------------------------------------------------------


def test_a_closed_engine_answers_nobody(model: LoadedModel) -> None:
    engine = Engine(model, CacheOptions(), BatchOptions())
    begun = threading.Event()
    running = engine.submit(job(tokens(1, 20), max_tokens=450, min_tokens=450, on_token=lambda _: begun.set()))
    searching = engine.submit(job(tokens(1, 20), "b", max_tokens=450, min_tokens=450, strategy="beam"))
    assert begun.wait(60)
    engine.close()
    for future in (running, searching):
        with pytest.raises(GenerationError, match="closed"):
            future.result(10)
    with pytest.raises(GenerationError, match="closed"):
        engine.submit(job(tokens(1, 20)))
    with pytest.raises(GenerationError, match="closed"):
        engine.call(lambda: None)
    engine.forget("a")
    engine.close()


def test_what_waits_in_the_queue_of_an_engine_that_is_closed_fails_too(model: LoadedModel) -> None:
    engine = Engine(model, CacheOptions(), BatchOptions())
    begun, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        go_on.wait(60)

    engine.call(hold)
    assert begun.wait(60)
    closing = threading.Thread(target=engine.close)
    closing.start()
    while not engine._closed.is_set():
        time.sleep(0.001)
    # What had been put there before the end was known.
    late: list[Future[Any]] = [Future() for _ in range(3)]
    engine._queue.put((job(tokens(1, 20)), late[0]))
    engine._queue.put((job(tokens(1, 20)), late[1]))
    engine._queue.put(_Call(lambda: None, late[2]))
    late[0].cancel()
    go_on.set()
    closing.join(60)
    for future in late[1:]:
        with pytest.raises(GenerationError, match="closed"):
            future.result(10)
    assert late[0] in wait(late, 10).done


def test_a_chat_longer_than_the_window_is_refused_with_what_to_do(engine: Engine) -> None:
    with pytest.raises(GenerationError, match="has 512 tokens, of which the model reads 512, its answer included: let"):
        engine.submit(job(tokens(1, 512))).result(60)
    with pytest.raises(GenerationError, match="no tokens"):
        engine.submit(job([])).result(60)


@pytest.mark.parametrize("asked", [{}, {"strategy": "sample"}])
def test_broken_weights_are_told_from_an_answer(tmp_path: Path, asked: Any) -> None:
    import torch

    model = load(save("llama", tmp_path))
    with torch.no_grad():
        model.model.lm_head.weight[:] = torch.nan
    with pytest.raises(GenerationError, match="computed no number"):
        Rounds(model).run(job(tokens(1, 20), **asked))


def test_a_listener_that_fails_costs_only_its_own_answer(model: LoadedModel) -> None:
    def fail(token: int) -> None:
        raise ValueError("cannot listen")

    rounds = Rounds(model)
    failing = rounds.add(job(tokens(1, 20), on_token=fail))
    others = [rounds.add(job(tokens(seed, 20), str(seed))) for seed in (2, 3)]
    rounds.end()
    with pytest.raises(GenerationError, match="cannot listen"):
        failing.result(0)
    for seed, other in zip((2, 3), others, strict=True):
        assert other.result(0).completions[0].ids == plain(model, tokens(seed, 20))


def test_when_the_thread_dies_nobody_waits_for_ever(model: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    from dialog_generative.local.engine.scheduling import Scheduler

    engine = Engine(model, CacheOptions(), BatchOptions())
    monkeypatch.setattr(Scheduler, "round", lambda self: 1 / 0)
    with pytest.raises(GenerationError, match="no longer runs: ZeroDivisionError"):
        engine.submit(job(tokens(1, 20))).result(60)
    with pytest.raises(GenerationError):
        engine.submit(job(tokens(1, 20)))
