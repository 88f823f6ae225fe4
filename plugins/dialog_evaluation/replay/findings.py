"""What a replay finds, turn by turn: counted, and kept on disk, so that it may be as much as a large store has."""

import json
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from dialog_evaluation.replay.comparison import Replayed
from dialog_evaluation.replay.recording import NOT_ASKED

IN_MEMORY = 8 * 2**20  # bytes; what is more goes to disk


class Findings:
    """Takes turns in any order and gives them back from the worst to the best.

    Attributes:
        conversations: How many conversations were replayed.
        turns: How many messages the bot had answered in them.
        unanswered: How many it had not: a person did, or nobody.
        changed: How many would be answered differently.
        worse: How many of those worse.
        by_chance: How many of those were drawn, then or now.
        changes: How many turns there are of each change.
        standings: How many turns there are of each standing.
        unrecorded: How often each policy would be asked of which nothing is recorded.
        failed: How often each policy failed.
        reasons: An example of why, by policy.
        rankers: What ranked then, and how often.
        fingerprints: Those of policies that are not asked, when they were.
        interrupted: Whether there would have been more.
    """

    def __init__(self, *, keep_same: bool) -> None:
        """Begin with nothing.

        Args:
            keep_same: Whether turns that would be answered the same are kept, and not only counted.
        """
        self.changes = Counter[str]()
        self.standings = Counter[str]()
        self.unrecorded = Counter[str]()
        self.failed = Counter[str]()
        self.reasons: dict[str, str] = {}
        self.rankers = Counter[str]()
        self.fingerprints: dict[str, Counter[str]] = {}
        self.turns = self.changed = self.worse = self.by_chance = 0
        self.conversations = self.unanswered = 0
        self.interrupted = False
        self._keep_same = keep_same
        self._places: list[tuple[tuple[Any, ...], int, int]] = []
        self._file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed by `close`

    def add(self, turn: Replayed) -> None:
        """Take a turn."""
        self.turns += 1
        self.changed += turn.changed
        self.worse += turn.worse
        self.by_chance += turn.changed and turn.by_chance
        self.changes[turn.change] += 1
        self.standings[turn.standing] += 1
        self.unrecorded.update(turn.unrecorded)
        for policy, reason in turn.failed:
            self.failed[policy] += 1
            self.reasons[policy] = min(self.reasons.get(policy, reason), reason)
        if turn.standing != "same" or self._keep_same:
            line = json.dumps(turn.to_json(), ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
            self._places.append((turn.order, self._file.seek(0, 2), len(line)))
            self._file.write(line)

    def notice(self, trace: Mapping[str, Any], recorded: Collection[str]) -> None:
        """Take note of who ranked then, and of what the policies were that are not asked again."""
        if ranker := trace.get("ranker"):
            self.rankers[str(ranker).removesuffix(" (uncalibrated)")] += 1
        asked = {report.get("policy") for report in trace.get("policies") or () if report.get("status") != NOT_ASKED}
        for policy, fingerprint in (trace.get("fingerprints") or {}).items():
            if policy in recorded and policy in asked:
                self.fingerprints.setdefault(policy, Counter())[str(fingerprint)] += 1

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Replayed]:
        """Yield the turns that were kept, the worst first."""
        return (Replayed.from_json(json.loads(line)) for line in self.lines())

    def lines(self) -> Iterator[str]:
        """Yield the turns that were kept as JSON, the worst first."""
        self._places.sort()
        for _, start, length in self._places:
            self._file.seek(start)
            yield self._file.read(length).decode("utf-8", "surrogatepass")

    def close(self) -> None:
        """Forget every turn; the figures stay."""
        self._file.close()

    def __enter__(self) -> "Findings":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
