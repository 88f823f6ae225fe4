"""Conversations answered together: each says what it would say alone, and none waits for the end of another."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from dialog_generative.errors import GenerationError
from dialog_generative.local.model import LoadedModel
from tests.engines import Rounds, job, load, plain, save, tokens

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, LoadedModel]:
    return {kind: load(save(kind, tmp_path_factory.mktemp(kind))) for kind in ("llama", "gpt2", "mistral", "gemma2")}


@pytest.fixture
def model(models: dict[str, LoadedModel]) -> LoadedModel:
    return models["llama"]


@contextmanager
def broken(model: LoadedModel, fault: Callable[[Any], BaseException | None]) -> Iterator[None]:
    """Have the model fail where the tokens it is to read, one row for each chat, are of a certain kind."""

    def before(module: Any, args: Any, kwargs: Any) -> None:
        if (error := fault(kwargs["input_ids"])) is not None:
            raise error

    handle = model.model.register_forward_pre_hook(before, with_kwargs=True)
    try:
        yield
    finally:
        handle.remove()


@pytest.mark.parametrize("together", [False, True], ids=["read one by one", "read together"])
@pytest.mark.parametrize("kind", ["llama", "gpt2", "mistral", "gemma2"])
def test_conversations_at_once_say_turn_by_turn_what_each_would_say_alone(
    kind: str, together: bool, models: dict[str, LoadedModel]
) -> None:
    # Given: chats of all lengths, which begin and end at different times
    model = models[kind]
    rounds = Rounds(model, size=5, together=together)
    chats = [tokens(number, 3 + 11 * number) for number in range(8)]
    for turn in range(3):
        for number, chat in enumerate(chats):
            chat += tokens(100 * turn + number, 5 + (7 * number + turn) % 9)
        # When
        jobs = [job(chat, str(number), max_tokens=4 + (5 * number) % 13) for number, chat in enumerate(chats)]
        finished = rounds.run(*jobs)
        # Then
        for one, done, chat in zip(jobs, finished, chats, strict=True):
            said = plain(model, chat, max_new_tokens=one.decoding.max_tokens)
            assert done.completions[0].ids == said
            assert (done.cached > 0) == (turn > 0)
            chat += said


def test_a_conversation_joins_those_that_are_being_answered(model: LoadedModel) -> None:
    rounds = Rounds(model)
    long = rounds.add(job(tokens(1, 30), "a", max_tokens=60, min_tokens=60))
    rounds.round(10)
    # Longer than the other, so that the other has to make room for it, and shorter.
    later = [rounds.add(job(tokens(2, length), str(length))) for length in (200, 5)]
    rounds.round(15)
    assert all(future.done() for future in later)
    assert not long.done()
    rounds.end()
    assert long.result(0).completions[0].ids == plain(model, tokens(1, 30), max_new_tokens=60, min_new_tokens=60)
    for future, length in zip(later, (200, 5), strict=True):
        assert future.result(0).completions[0].ids == plain(model, tokens(2, length))


def test_rows_differ_in_how_tokens_are_chosen(model: LoadedModel) -> None:
    asked: list[dict[str, Any]] = [
        {},
        {"repetition_penalty": 1.4},
        {"strategy": "sample", "seed": 1},
        {"strategy": "sample", "seed": 2, "top_k": 3},
        {"no_repeat_ngram": 1, "min_tokens": 9},
        {"strategy": "beam"},
    ]
    jobs = [job(tokens(number, 20), str(number), **one) for number, one in enumerate(asked)]
    alone = [Rounds(model).said(one)[0] for one in jobs]
    assert Rounds(model).said(*jobs) == alone


def test_a_long_chat_does_not_keep_the_others_waiting(model: LoadedModel) -> None:
    rounds = Rounds(model)
    rounds.scheduler.room.tokens = 32  # a model on a CPU reads 256 at once, more than half of this one's window
    long = rounds.add(job(tokens(1, 490), "a"))
    rounds.round(1)
    short = rounds.add(job(tokens(2, 20), "b", max_tokens=5))
    rounds.round(9)
    assert short.done()
    assert not long.done()
    rounds.end()
    assert long.result(0).completions[0].ids == plain(model, tokens(1, 490))


def test_a_search_does_not_keep_the_others_waiting(model: LoadedModel) -> None:
    rounds = Rounds(model)
    order: list[str] = []
    search = rounds.add(job(tokens(1, 20), "a", strategy="beam", max_tokens=60, min_tokens=60))
    second = rounds.add(job(tokens(1, 20), "b", strategy="beam", max_tokens=60, min_tokens=60))
    short = rounds.add(job(tokens(2, 20), "c"))
    for name, future in (("search", search), ("second", second), ("short", short)):
        future.add_done_callback(lambda _, name=name: order.append(name))
    rounds.end()
    assert order == ["short", "search", "second"]


def test_no_more_are_answered_at_once_than_allowed(model: LoadedModel) -> None:
    most = 0

    def count(ids: Any) -> None:
        nonlocal most
        most = max(most, len(ids))

    rounds = Rounds(model, size=3)
    rounds.run(job(tokens(1, 20)))  # the first one is tried out first
    with broken(model, count):
        rounds.run(*(job(tokens(number, 20), str(number)) for number in range(8)))
    assert most == 3


def test_a_row_at_which_the_model_fails_fails_alone(model: LoadedModel) -> None:
    chats = [tokens(number, 20) for number in range(4)]
    said = [plain(model, chat) for chat in chats]
    others = {token for number in (0, 1, 3) for token in (*chats[number], *said[number])}
    bad = next(token for token in said[2][1:-1] if token not in others)
    rounds = Rounds(model)
    rounds.run(job(tokens(9, 20), "warm"))
    with broken(model, lambda ids: ValueError("this token") if bad in ids[:, -1:] else None):
        futures = [rounds.add(job(chat, str(number))) for number, chat in enumerate(chats)]
        rounds.end()
    with pytest.raises(GenerationError, match="ValueError: this token"):
        futures[2].result(0)
    assert [futures[number].result(0).completions[0].ids for number in (0, 1, 3)] == [said[0], said[1], said[3]]


def test_when_memory_runs_out_fewer_are_answered_at_once(model: LoadedModel) -> None:
    import torch

    jobs = [job(tokens(number, 20), str(number)) for number in range(8)]
    rounds, sizes = Rounds(model), []

    def fault(ids: Any) -> BaseException | None:
        if ids.shape[1] == 1:
            sizes.append(len(ids))
        return torch.OutOfMemoryError("CUDA out of memory") if len(ids) > 3 else None

    rounds.run(job(tokens(9, 20), "warm"))
    with broken(model, fault):
        said = rounds.said(*jobs)
    assert said == [plain(model, one.ids) for one in jobs]
    assert 8 in sizes
    assert len(rounds.scheduler.conversations) > 0


@pytest.mark.parametrize("when", ["reading", "writing"])
def test_when_memory_runs_out_for_one_alone_it_is_told_what_to_change(model: LoadedModel, when: str) -> None:
    import torch

    def fault(ids: Any) -> BaseException | None:
        single = ids.shape[1] == 1
        return torch.OutOfMemoryError("CUDA out of memory") if single == (when == "writing") else None

    rounds = Rounds(model)
    rounds.run(job(tokens(9, 20), "warm"))
    with broken(model, fault), pytest.raises(GenerationError, match=r"out of memory with .*`context_tokens`"):
        rounds.run(job(tokens(1, 200)))
    assert rounds.said(job(tokens(1, 200))) == [plain(model, tokens(1, 200))]


def test_memory_that_conversations_hold_is_given_up_first(model: LoadedModel) -> None:
    import torch

    rounds = Rounds(model)
    rounds.run(job(tokens(9, 20), "kept"))
    kept = rounds.scheduler.conversations
    full = lambda ids: torch.OutOfMemoryError("CUDA out of memory") if len(kept) else None  # noqa: E731
    with broken(model, full):
        assert rounds.said(job(tokens(1, 200))) == [plain_of(model, tokens(1, 200))]


def plain_of(model: LoadedModel, ids: list[int]) -> tuple[int, ...]:
    """Return what `generate` says by a model that fails on purpose at present, and not there."""
    hooks, model.model._forward_pre_hooks = model.model._forward_pre_hooks, {}
    try:
        return plain(model, ids)
    finally:
        model.model._forward_pre_hooks = hooks
