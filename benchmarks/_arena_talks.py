"""Puts together the conversations of the arena."""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from benchmarks._arena import PARTS, SEED, SHARES, TURNS, Question, Source, Talk
from benchmarks._arena_sources import questions


def make_talks() -> dict[str, list[Talk]]:
    """Return the conversations of each part. What is asked in one part is asked in no other, in no other words."""
    chance = random.Random(SEED)
    pools = split(questions(chance), PARTS, chance)
    return {part: list(islice(_talks(part, pools[part], chance), count)) for part, count in PARTS.items()}


def split(
    asked: Mapping[Source, Sequence[Question]], parts: Mapping[str, int], chance: random.Random
) -> dict[str, dict[Source, list[Question]]]:
    """Return which questions are asked in which part: of each source a share as large as the part is."""
    pools: dict[str, dict[Source, list[Question]]] = {part: {} for part in parts}
    for source, found in asked.items():
        groups: dict[str, list[Question]] = defaultdict(list)
        for question in found:
            groups[question.group].append(question)
        drawn = chance.sample(list(groups.values()), len(groups))
        begin = taken = 0
        for part, count in parts.items():
            taken += count
            end = round(taken * len(drawn) / sum(parts.values()))
            pools[part][source] = [question for group in drawn[begin:end] for question in group]
            begin = end
    return pools


def _talks(part: str, pools: Mapping[Source, Sequence[Question]], chance: random.Random) -> Iterator[Talk]:
    streams = {source: _again_and_again(pool, chance) for source, pool in pools.items()}
    number = 0
    while True:
        sources = chance.choices(list(SHARES), list(SHARES.values()), k=chance.randint(*TURNS))
        yield Talk(f"{part}-{number:04}", part, tuple(next(streams[source]) for source in sources))
        number += 1


def _again_and_again(pool: Sequence[Question], chance: random.Random) -> Iterator[Question]:
    """Yield all of a pool in random order, then all of it in another."""
    while True:
        yield from chance.sample(pool, len(pool))
