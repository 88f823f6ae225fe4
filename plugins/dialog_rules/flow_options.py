"""What may stand in a file of flows."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from dialog_core.configuration import Duration, Names, Options
from dialog_rules.options import AnnotatorNames, InputPaths
from dialog_rules.rule_options import Say

SlotType = Literal["text", "integer", "number", "boolean", "date", "email", "choice", "entity", "any"]


def _as_steps(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


Steps = Annotated[list[Any], BeforeValidator(_as_steps)]


class FlowsOptions(AnnotatorNames):
    """Options of the policy `flows`."""

    path: Annotated[InputPaths, Field(min_length=1)] = Field(description="The file of flows, or a list of files.")
    candidates: int = Field(default=3, ge=1, le=20, description="How many flows to propose at most.")
    pattern_timeout: Duration = Field(
        default=0.05, gt=0, le=10, description="How long one regular expression may take over a message."
    )


class SlotOptions(Options):
    """One slot: what kind of value it holds, and how to recognise one."""

    type: SlotType = Field(default="text", description="What kind of value it holds.")
    pattern: str | None = Field(default=None, description="A regular expression that a value has to match.")
    from_entity: Names = Field(
        default=(),
        description="What annotators, or `entities:` of this file, call such a value; default: the slot's own name.",
    )
    role: str = Field(default="", description="The part the entity has to play (`from`, `to`), as annotators say.")
    options: dict[str, Any] | list[Any] | None = Field(default=None, description="What can be chosen; see `choose`.")
    convert: str | None = Field(
        default=None, description="A Jinja2 expression over `value`: what is stored, for example `value | upper`."
    )
    validate_: str | None = Field(
        default=None, alias="validate", description="A Jinja2 expression over `value` that must hold."
    )
    ask: Say | None = Field(default=None, description="The question, where a step has none of its own.")
    invalid: Say | None = Field(default=None, description="What to say to an answer that will not do.")
    keep: bool = Field(
        default=False, description="Whether a flow takes the value that is there when it begins, and does not ask."
    )


class OptionOptions(Options):
    """One of the things to choose."""

    label: Say = Field(description="What the user sees.")
    when: Names = Field(default=(), description="Patterns of other ways to say it.")


class StartOptions(Options):
    """What begins a flow."""

    when: Names = Field(default=(), description="Patterns, any of which is enough.")
    intent: Names = Field(default=(), description="Intents, any of which is enough as well.")
    unless: Names = Field(default=(), description="Patterns that keep it from beginning.")
    match: Literal["anywhere", "whole"] = Field(
        default="anywhere", description="Whether a pattern may be any part of the message or must be the whole."
    )
    entities: Names = Field(default=(), description="Entities that must have been found in the message.")
    last_action: Names = Field(default=(), description="Who must have been the last to speak.")
    if_: str | None = Field(default=None, alias="if", description="A Jinja2 expression that must hold.")


class FlowOptions(Options):
    """A flow: how it begins, and its steps."""

    title: Say | None = Field(default=None, description="What users call it; default: its name, in words.")
    description: str = Field(default="", description="What it is for, for people who read the file.")
    start: StartOptions | None = Field(default=None, description="What begins it; left out: other flows call it.")
    steps: list[Any] = Field(min_length=1, description="Its steps, in order.")


class HttpActionOptions(Options):
    """An action that asks a web service."""

    url: str = Field(min_length=1, description="Where; `{{ name }}` stands for an argument, which is encoded.")
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = Field(default="GET", description="The HTTP method.")
    headers: dict[str, str] = Field(
        default_factory=dict, description="Further headers. Their values come from the environment: `${SHOP_TOKEN}`."
    )
    json_: Any = Field(
        default=None, alias="json", description="The body; default: the arguments, unless GET or DELETE."
    )
    timeout: Duration = Field(default=5.0, gt=0, le=120, description="How long it may take altogether.")
    max_bytes: int = Field(default=1_000_000, ge=1, le=50_000_000, description="How long an answer may be.")
    reads_only: bool = Field(
        default=False, description="Whether it changes nothing, so that it may be asked again after a correction."
    )


class FlowsFileOptions(Options):
    """A file of flows."""

    entities: dict[str, str] = Field(
        default_factory=dict, description="Regular expressions of pieces that patterns and slots may use, by name."
    )
    slots: dict[str, Any] = Field(default_factory=dict, description="The slots flows ask for and use, by name.")
    actions: dict[str, Any] = Field(default_factory=dict, description="Actions that ask web services, by name.")
    messages: dict[str, Say] = Field(
        default_factory=dict, description="What to say where no step says it; see the names in the how-to."
    )
    words: dict[str, Names] = Field(
        default_factory=dict, description="Patterns for yes, no, cancel, ...; see the names in the how-to."
    )
    flows: dict[str, Any] = Field(default_factory=dict, description="The flows, by name.")


class SayStep(Options):
    """Says something."""

    say: Say = Field(description="What to say.")
    quick_replies: Names = Field(default=(), description="Texts the user may pick instead of typing.")


class AskStep(Options):
    """What asking steps have in common."""

    ask: Say | None = Field(default=None, description="The question; default: that of the slot.")
    validate_: str | dict[str, Any] | None = Field(
        default=None,
        alias="validate",
        description="A Jinja2 expression over `value` that must hold, or `{do: an action that says so, with: ...}`.",
    )
    invalid: Say | None = Field(default=None, description="What to say to an answer that will not do.")
    attempts: int = Field(default=3, ge=1, le=20, description="How many answers are tried.")
    otherwise: Steps | None = Field(default=None, description="The steps when none of them would do.")


class CollectStep(AskStep):
    """Asks for the value of a slot, unless it has one."""

    collect: str = Field(description="The slot.")
    quick_replies: Names = Field(default=(), description="Texts the user may pick instead of typing.")


class ChooseStep(AskStep):
    """Lets the user choose, unless it has been chosen."""

    choose: str = Field(description="The slot.")
    options: dict[str, Any] | list[Any] | str | None = Field(
        default=None,
        description="What can be chosen: a label for each value, or `{{ ... }}` that comes to a list of labels or to a "
        "label (or a list of it and of other ways to say it) for each value; default: the options of the slot.",
    )


class ActionOptions(Options):
    """An action with what it is given."""

    do: str = Field(description="The action.")
    with_: dict[str, Any] = Field(default_factory=dict, alias="with", description="What it is given.")
    timeout: Duration | None = Field(
        default=None, gt=0, le=600, description="How long one attempt may take; default: `dispatch.action_timeout`."
    )
    retries: int = Field(default=0, ge=0, le=5, description="How often to try again when it fails.")


class DoStep(ActionOptions):
    """Has an action run."""

    set: dict[str, Any] = Field(default_factory=dict, description="Slots to set, from `result`.")
    otherwise: Steps | None = Field(default=None, description="The steps when it fails; `error` says why.")


class WhenStep(Options):
    """Goes one way or the other."""

    when: str = Field(description="A Jinja2 expression.")
    then: Steps = Field(default_factory=list, description="The steps if it holds.")
    else_: Steps = Field(default_factory=list, alias="else", description="The steps if it does not.")


class SetStep(Options):
    """Sets slots."""

    set: dict[str, Any] = Field(min_length=1, description="Slots to set; null clears one.")


class LearnStep(Options):
    """Learns facts about the user."""

    learn: dict[str, Any] = Field(
        min_length=1, description="Facts about the user; null forgets one, a template that comes out empty is left out."
    )


class ConsentStep(Options):
    """Takes what the user says to facts about them being kept across conversations."""

    consent: bool | str = Field(
        description="`true`, `false` (all facts are forgotten), or a template that comes to one of them: "
        "`{{ slots.may_remember }}`."
    )


class CallStep(Options):
    """Goes through another flow."""

    call: str = Field(description="The flow.")


class HandOverStep(Options):
    """Hands over to a person."""

    hand_over: str = Field(min_length=1, description="Why, for whoever takes over.")
    say: Say | None = Field(default=None, description="What to say.")


class EndStep(Options):
    """Ends the flow."""

    end: str = Field(min_length=1, description="How it ended, for whoever reads the events: `completed`.")


class ContinueStep(Options):
    """Within `otherwise`: goes on with the flow instead of ending it."""

    continue_: Literal[True] = Field(alias="continue", description="Always `true`.")


STEPS: dict[str, type[Options]] = {
    "collect": CollectStep,
    "choose": ChooseStep,
    "do": DoStep,
    "when": WhenStep,
    "call": CallStep,
    "hand_over": HandOverStep,
    "end": EndStep,
    "continue": ContinueStep,
    "say": SayStep,
    "set": SetStep,
    "learn": LearnStep,
    "consent": ConsentStep,
}
"""The kinds of steps by the key that tells them, those first whose steps may also have the key of a later one."""
