"""What of a policy's proposal can be used: ranked, explained, stored and said. Rubbish must cost nobody anything.

A losing candidate is written into the trace too, so everything about it is looked at; whether JSON can hold the values
in its effects and metadata is looked at when it wins (`DecisionStage`).
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from dialog_core.candidate import ActionCall, Candidate, Proposal
from dialog_core.event_codec import encode_event
from dialog_core.events import Attachment, Event, Evidence, Remembered, SaidEvent
from dialog_core.stores.json_text import to_json_text
from dialog_core.text import repair_text
from dialog_core.values import EMPTY, JsonValue, empty_mapping

MAX_CANDIDATES = 50  # of one policy in one turn
MAX_TEXT = 100_000  # characters of one candidate; nobody reads more, and 10 MB would be copied into every trace
MAX_NOTES = 20_000  # characters of what a policy tells of itself; it stands in every trace
MAX_MEMORY = 100_000  # characters of what a policy remembers in one turn; it is stored with every turn that changes it
MAX_ERROR = 1_000  # characters of what a policy says went wrong
MAX_COMPLAINTS = 3  # told of one proposal; the others are of the same kind
ROUNDING = 1e-6  # by which a score may miss 0 or 1 without a word
EVENT_TYPES = get_args(Event)
SAID_TYPES = get_args(SaidEvent)


@dataclass(frozen=True, slots=True)
class SoundProposal:
    """What of a policy's answer can be used.

    Attributes:
        candidates: Stamped with who proposed them.
        notes: For the trace.
        remembered: The event that keeps what the policy wants remembered, if there is anything.
        failure: In words, what went wrong: candidates that could not be used, or what the policy itself says.
        complaint: In words, what else could not be used as it is, and is no reason to leave the policy alone: notes,
            memories, scores below 0 or above 1.
    """

    candidates: tuple[Candidate, ...] = ()
    notes: Mapping[str, JsonValue] = empty_mapping()
    remembered: Remembered | None = None
    failure: str = ""
    complaint: str = ""

    @property
    def error(self) -> str:
        """Everything that went wrong, in words."""
        return "; ".join(filter(None, (self.failure, self.complaint)))


def sound_proposal(proposed: Any, policy: str, kind: str) -> SoundProposal:
    """Return what can be used of whatever a policy answered with."""
    if not isinstance(proposed, Proposal):
        candidates, failure = sound_candidates(proposed, policy, kind)
        return SoundProposal(candidates, failure=failure, complaint=_on_scores(proposed))
    candidates, unusable = sound_candidates(proposed.candidates, policy, kind)
    notes, untold = _sound_notes(proposed.notes)
    remembered, forgotten = _sound_memory(proposed.remember, policy)
    failure = "; ".join(filter(None, (_in_words(proposed.error), unusable)))
    complaint = "; ".join(filter(None, (_on_scores(proposed.candidates), untold, forgotten)))
    return SoundProposal(candidates, notes, remembered, failure, complaint)


def _on_scores(proposed: Any) -> str:
    """Return what is to be told of scores that are none, though numbers."""
    candidates = (proposed,) if isinstance(proposed, Candidate) else proposed
    if not isinstance(candidates, list | tuple):
        return ""
    for candidate in candidates[:MAX_CANDIDATES]:
        score: Any = getattr(candidate, "score", None)
        if _is_number(score) and not -ROUNDING <= score <= 1 + ROUNDING:
            return f"proposed the score {score:g}, which is taken for {int(score > 0)}: scores are from 0 to 1"
    return ""


def _in_words(error: Any) -> str:
    return repair_text(" ".join(error.split())[:MAX_ERROR]) if isinstance(error, str) else f"an error: {error!r:.100}"


def _sound_notes(notes: Any) -> tuple[Mapping[str, JsonValue], str]:
    """Return notes as plain JSON values, of which nobody else has a hold."""
    if not isinstance(notes, Mapping):
        return EMPTY, f"its notes are a {type(notes).__name__} and not a mapping of names to values"
    if not notes:
        return EMPTY, ""
    try:
        text = to_json_text(notes)
        plain: dict[str, JsonValue] = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        return EMPTY, f"its notes cannot be told: {error}"
    if len(text) > MAX_NOTES:
        return EMPTY, f"its notes have {len(text):,} characters; at most {MAX_NOTES:,} are told"
    return plain, ""


def _sound_memory(remember: Any, policy: str) -> tuple[Remembered | None, str]:
    if not isinstance(remember, Mapping):
        return None, f"wants to remember a {type(remember).__name__} and not a mapping of names to values"
    if not remember:
        return None, ""
    event = Remembered(policy, remember)
    try:
        size = len(to_json_text(encode_event(event)))
    except (TypeError, ValueError) as error:
        return None, f"wants to remember what cannot be stored: {error}"
    if size > MAX_MEMORY:
        return None, f"wants to remember {size:,} characters; at most {MAX_MEMORY:,} are kept"
    return event, ""


def sound_candidates(proposed: Any, policy: str, kind: str) -> tuple[tuple[Candidate, ...], str]:
    """Return the usable candidates, stamped with who proposed them, and a complaint about the others."""
    if proposed is None:
        return (), ""
    if isinstance(proposed, Candidate):
        proposed = (proposed,)
    if not isinstance(proposed, list | tuple):
        return (), f"proposed a {type(proposed).__name__} instead of a list of Candidate"
    sound: list[Candidate] = []
    complaints: list[str] = []
    if len(proposed) > MAX_CANDIDATES:
        complaints.append(f"proposed {len(proposed)} candidates, the first {MAX_CANDIDATES} were kept")
    for candidate in proposed[:MAX_CANDIDATES]:
        complaint = find_fault(candidate)
        if complaint:
            complaints.append(complaint)
            continue
        sound.append(
            replace(
                candidate,
                policy=policy,
                kind=kind,
                text=repair_text(candidate.text),
                score=min(1.0, max(0.0, float(candidate.score))),
                evidence=tuple(map(_sound_evidence, candidate.evidence)),
                effects=tuple(candidate.effects),
                follow_up=repair_text(candidate.follow_up),
                aside=repair_text(candidate.aside),
                quick_replies=tuple(repair_text(text) for text in candidate.quick_replies),
                attachments=tuple(candidate.attachments),
                features=_sound_names(candidate.features),
            )
        )
    return tuple(sound), "; ".join(complaints[:MAX_COMPLAINTS])


def find_fault(candidate: Any) -> str:
    """Return in words what makes a candidate unusable; empty if nothing does."""
    if not isinstance(candidate, Candidate):
        return f"proposed a {type(candidate).__name__} instead of a Candidate"
    if not _is_number(candidate.score):
        return f"proposed the score {_shown(candidate.score)}, which is not a number from 0 to 1"
    for text in (candidate.text, candidate.follow_up, candidate.aside):
        if not isinstance(text, str):
            return f"proposed a text that is a {type(text).__name__}"
        if len(text) > MAX_TEXT:
            return f"proposed a text of {len(text):,} characters; at most {MAX_TEXT:,} are accepted"
    action = candidate.action
    if action is not None and not (
        isinstance(action, ActionCall) and isinstance(action.name, str) and isinstance(action.arguments, Mapping)
    ):
        return "proposed an action that is not an ActionCall with a name and a mapping of arguments"
    if action is None and not candidate.text.strip():
        return "proposed an empty text"
    if fault := faults_of_effects(candidate.effects):
        return f"proposed effects that {fault}"
    if not _are(candidate.quick_replies, str):
        return "proposed quick replies that are not texts"
    if not _are(candidate.attachments, Attachment):
        return "proposed attachments that are not of the class Attachment"
    if not _are(candidate.evidence, Evidence):
        return "proposed evidence that is not of the class Evidence"
    if not all(
        isinstance(e.text, str) and isinstance(e.source, str) and _is_number(e.score) for e in candidate.evidence
    ):
        return "proposed evidence whose text or source is no text, or whose score is no finite number"
    if not isinstance(candidate.features, Mapping):
        return f"proposed features that are a {type(candidate.features).__name__} instead of a mapping"
    return ""


def faults_of_effects(effects: Any) -> str:
    """Return in words what makes effects unusable; empty if nothing does."""
    if not _are(effects, EVENT_TYPES):
        return "are not events"
    if any(isinstance(event, SAID_TYPES) for event in effects):
        return "say that somebody said something; what the bot is to say is the text"
    return ""


def _sound_evidence(evidence: Evidence) -> Evidence:
    """Return evidence whose texts can be written; what stands in its metadata is looked at when it is."""
    if evidence.text.isascii() and evidence.source.isascii():
        return evidence
    text, source = repair_text(evidence.text), repair_text(evidence.source)
    if (text, source) == (evidence.text, evidence.source):
        return evidence
    return replace(evidence, text=text, source=source)


def _sound_names(features: Mapping[str, float]) -> Mapping[str, float]:
    """Return features whose names can be written; what they are is for rankers to look at."""
    if all(isinstance(name, str) and name.isascii() for name in features):
        return features
    return {repair_text(name) if isinstance(name, str) else name: value for name, value in features.items()}


def _is_number(value: Any) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number of hundreds of digits
        return False


def _shown(value: Any) -> str:
    try:
        return f"{value!r:.100}"
    except ValueError:  # Python writes no number of thousands of digits
        return "of thousands of digits"


def _are(values: Any, wanted: Any) -> bool:
    return isinstance(values, tuple | list) and all(isinstance(value, wanted) for value in values)
