"""A calibration as it is served: a map for each policy, one for each kind, and what they were fitted to."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dialog_core import ArtefactError, Candidate, Ranked, Ranking, Turn
from dialog_core.ranking import REPETITION_FACTOR, default_probability
from dialog_core.training import Artefact
from dialog_ranking.calibrated.maps import Map, read_maps
from dialog_ranking.choices.choice import TEXT
from dialog_ranking.staleness import remark_on_stranger, remarks_on, stale

FILE = "calibration.json"


@dataclass(frozen=True, slots=True)
class CalibratedModel:
    """Judges every candidate by the map of its policy.

    A policy without a map is judged by the map of its kind, and where there is none either, by the kernel's table. A
    model without maps therefore judges as the default ranker does.

    Attributes:
        maps: By the policy's name.
        kinds: By the policy's kind.
        fingerprints: Those of the policies when the maps were fitted, as far as they are known.
        stale: Policies that are not what they were then: the kernel's table judges them, for even the map of their kind
            may be theirs.
    """

    maps: Mapping[str, Map] = field(default_factory=dict)
    kinds: Mapping[str, Map] = field(default_factory=dict)
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    stale: frozenset[str] = frozenset()

    def facing(self, current: Mapping[str, str]) -> "CalibratedModel":
        """Return the model for the policies as they are now.

        Args:
            current: Their fingerprints.
        """
        return replace(self, stale=stale(self.fingerprints, current))

    def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> Ranking:
        """Return the candidates, most probable first; of equals the first stays the first."""
        last = turn.conversation.last_bot_message
        said = None if last is None else last.text[:TEXT]
        ranked = [self._judge(candidate, said) for candidate in candidates]
        ranked.sort(key=lambda verdict: -verdict.probability)
        return Ranking(tuple(ranked), tuple(self._remarks(candidates)))

    def _remarks(self, candidates: Sequence[Candidate]) -> Iterator[str]:
        """Yield what is to be told of policies that are not what they were, or were not there."""
        if not self.fingerprints:
            return  # nothing was learnt, or it is not known of whom
        kinds = {candidate.policy: candidate.kind for candidate in candidates}
        yield from remarks_on(policy for policy in kinds if policy in self.stale)
        for policy, kind in kinds.items():
            if policy not in self.fingerprints:
                yield remark_on_stranger(policy, kind, kind in self.kinds)

    def probability(self, candidate: Candidate) -> float:
        """Return what a candidate is worth by its policy and score alone."""
        default = default_probability(candidate)
        if candidate.policy in self.stale:
            return default
        found = self.maps.get(candidate.policy) or self.kinds.get(candidate.kind)
        return default if found is None else found.probability(candidate.score, default)

    def save(self, directory: Path) -> None:
        """Write the model into the directory of an artefact."""
        told = {
            "maps": {name: one.to_json() for name, one in self.maps.items()},
            "kinds": {name: one.to_json() for name, one in self.kinds.items()},
            "fingerprints": dict(self.fingerprints),
        }
        (directory / FILE).write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, artefact: Artefact) -> "CalibratedModel":
        """Return the model that `save` wrote.

        Raises:
            ArtefactError: There is none, or it cannot be read.
        """
        told = artefact.load_json(FILE)
        try:
            return cls(
                maps=read_maps(told["maps"]),
                kinds=read_maps(told["kinds"]),
                fingerprints={str(name): str(value) for name, value in told["fingerprints"].items()},
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ArtefactError(
                f"{artefact.path(FILE)} is no calibration: {error}",
                component=artefact.manifest.component,
                remedy="Run: dialog-core train BOT --only ranking --force",
            ) from error

    def _judge(self, candidate: Candidate, said: str | None) -> Ranked:
        probability = self.probability(candidate)
        contributions = {f"{candidate.policy or candidate.kind or 'other'} score {candidate.score:.2f}": probability}
        if candidate.text[:TEXT] == said:
            discount = probability * (REPETITION_FACTOR - 1)
            contributions["repeats the last reply"] = discount
            probability += discount
        return Ranked(candidate, probability, contributions)
