"""What `dialog-core check` finds in the files of stories, before anything is trained and anybody says hello."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dialog_core import Context, DialogError
from dialog_core.configuration import ConfigurationError, Problem, Remark, did_you_mean
from dialog_rasa.dialogue.soundness import questions_of, unsound_forms
from dialog_rasa.dialogue.values import (
    DEFAULT_ACTIONS,
    DEFAULT_INTENTS,
    REQUESTED_SLOT,
    ActionStep,
    Dialogue,
    OrStep,
    Place,
    Rule,
    SlotsStep,
    Step,
    Story,
    UserStep,
)
from dialog_rasa.options import StoriesOptions

if TYPE_CHECKING:
    from dialog_rasa.prediction.expanding import Expansion

_SLOT = re.compile(r"\bslots\.([^\W\d]\w*)")  # in a text
_IN_BRACES = re.compile(r"(?<!\{)\{ ?(\w+) ?\}(?!\})")  # a slot as Rasa's responses name it
_SAID_BY_ITSELF = ("utter_default", "utter_ask_rephrase", "utter_restart", "utter_greet")  # without any story


def check(options: StoriesOptions, context: Context) -> Iterable[Problem]:
    """Return everything that is wrong with the files that `options` name, also taken together; and remarks."""
    from dialog_rasa.dialogue.reading import dialogue_files, read_dialogue

    context.files.update(dialogue_files(options.files, []))
    try:
        dialogue = read_dialogue(options.files)
    except ConfigurationError as error:
        return error.problems
    idle = _idle_actions(options, context, dialogue)
    broken = _broken_actions(context, dialogue)
    return (*_unknown_fallback(options, dialogue), *findings_in(dialogue), *broken, *idle)


def _unknown_fallback(options: StoriesOptions, dialogue: Dialogue) -> Iterator[Problem]:
    if "fallback" in options.model_fields_set and options.fallback not in dialogue.responses:
        near = did_you_mean(options.fallback, dialogue.responses)
        message = f"there is no response {options.fallback!r}"
        yield Problem(message, path="fallback", remedy=near or "Write it under `responses:`.")


def _idle_actions(options: StoriesOptions, context: Context, dialogue: Dialogue) -> Iterator[Remark]:
    """Yield a remark where custom actions are declared and nothing is there that runs them."""
    if options.action_server:
        return
    own = {*dialogue.responses, *dialogue.forms, *DEFAULT_ACTIONS, *context.actions}
    idle = [repr(name) for name in dialogue.actions if name not in own and not name.startswith("utter_")]
    if idle:
        one = len(idle) == 1
        remedy = f"Name the plugin that registers {'it' if one else 'them'} under `plugins:`, or an `action_server:`."
        yield Remark(f"nothing runs the action{'' if one else 's'} {', '.join(idle)}", remedy=remedy)


def _broken_actions(context: Context, dialogue: Dialogue) -> Iterator[Problem]:
    """Yield why registered actions cannot be loaded; of those that fail alike, as a module's do, the first tells."""
    own = {*dialogue.actions, *(f"validate_{form}" for form in dialogue.forms)}
    told: dict[str, list[str]] = {}
    for name in sorted(own & {*context.actions}):
        try:
            context.action_schema(name)
        except DialogError as error:
            told.setdefault(str(error).replace(repr(name), "").replace(name, ""), []).append(str(error))
    for errors in told.values():
        others = f" (and so for {len(errors) - 1} more)" if len(errors) > 1 else ""
        yield Problem(f"{errors[0]}{others}")


def problems_of(dialogue: Dialogue) -> Iterator[Problem]:
    """Yield what cannot work in a dialogue whose files are all in order: forms, texts, checkpoints, contradictions."""
    return (one for one in findings_in(dialogue) if not isinstance(one, Remark))


def remarks_on(dialogue: Dialogue) -> Iterator[Remark]:
    """Yield what is no mistake, but may be one: stories that part, circles of them, what is never used."""
    return (one for one in findings_in(dialogue) if isinstance(one, Remark))


def findings_in(dialogue: Dialogue) -> Iterator[Problem]:
    """Yield both: stories and rules are played through once for them."""
    from dialog_rasa.prediction.contradictions import contradictions
    from dialog_rasa.prediction.predictor import Predictor

    yield from unsound_forms(dialogue)
    yield from _broken_texts(dialogue)
    predictor = Predictor(dialogue)
    yield from _unreached(predictor.expansion)
    yield from contradictions(predictor)
    for one in _loose_ends(dialogue, predictor.expansion):
        yield Remark(**vars(one))


def parting_stories(dialogue: Dialogue) -> Iterator[Remark]:
    """Yield where two stories go on differently after the same: the learned model decides there."""
    from dialog_rasa.prediction.contradictions import contradictions
    from dialog_rasa.prediction.predictor import Predictor

    yield from (one for one in contradictions(Predictor(dialogue)) if isinstance(one, Remark))


def _loose_ends(dialogue: Dialogue, expansion: "Expansion") -> Iterator[Problem]:
    for block, point in expansion.graph.nowhere():
        message = f"the story {block.story.name!r} ends with the checkpoint {point.name!r}, and none begins with it"
        yield _at(point.place, message, "Begin a story with it, or remove it.")
    for block in expansion.graph.circles():
        message = f"from the end of the story {block.story.name!r} stories lead back to its beginning"
        yield _at(block.story.place, message, "They are followed round once more, and no further.")
    if expansion.cut:
        message = "there are more ways through the stories than are followed"
        place = expansion.graph.blocks[0].story.place
        yield _at(place, message, "Use fewer checkpoints and `or`: a story of its own says more.")
    yield from _silent_conditions(dialogue)
    yield from _single_braces(dialogue)
    yield from _texts_about_nothing(dialogue)
    steps = list(_all_steps(dialogue))
    yield from _unused_responses(dialogue, steps)
    yield from _unanswered_intents(dialogue, steps)


def _broken_texts(dialogue: Dialogue) -> Iterator[Problem]:
    from dialog_rasa.acting.responses import Responses, TemplateError

    for name, variations in dialogue.responses.items():
        for variation in variations:
            try:
                Responses(Dialogue(responses={name: (variation,)})).warm()
            except TemplateError as error:
                remedy = "Write `{{ slots.name }}` for a slot; doubled braces mean nothing else."
                yield _at(variation.place, f"the response {name!r}: {error}", remedy)


def _single_braces(dialogue: Dialogue) -> Iterator[Problem]:
    for name, variations in dialogue.responses.items():
        for variation in variations:
            slot = next((one for one in _IN_BRACES.findall(variation.text) if one in dialogue.slots), "")
            if slot:
                message = f"the response {name!r} says `{{{slot}}}` word for word"
                yield _at(variation.place, message, f"Write `{{{{ slots.{slot} }}}}` for what is in the slot.")


def _unreached(expansion: "Expansion") -> Iterator[Problem]:
    graph = expansion.graph
    ends = {point.name for block in graph.blocks for point in block.end}
    for block, point in graph.unreached():
        if point.name in ends:
            message = (
                f"the story {block.story.name!r} goes on from the checkpoint {point.name!r}, which is never reached"
            )
            remedy = "Some story without a checkpoint at its beginning has to lead there."
        else:
            message = f"the story {block.story.name!r} begins with the checkpoint {point.name!r}, and none ends with it"
            near = did_you_mean(point.name, ends)
            remedy = near if near.startswith("Did you mean") else "End a story with it, or remove it."
        yield _at(point.place, message, remedy)


def _silent_conditions(dialogue: Dialogue) -> Iterator[Problem]:
    for rule in dialogue.rules:
        for step in (*rule.condition, *rule.steps):
            for name, _ in step.values if isinstance(step, SlotsStep) else ():
                slot = dialogue.slots.get(name)
                if slot is not None and name != REQUESTED_SLOT and (not slot.influences or slot.type == "any"):
                    message = f"the rule {rule.name!r} holds whatever the slot {name!r} is: it influences no prediction"
                    remedy = "Give it a type other than `any` and `influence_conversation: true`, or leave it out."
                    yield _at(step.place, message, remedy)


def _texts_about_nothing(dialogue: Dialogue) -> Iterator[Problem]:
    known = {*dialogue.slots, REQUESTED_SLOT}
    for name, variations in dialogue.responses.items():
        for variation in variations:
            named = dict.fromkeys(_SLOT.findall(variation.text) if "{" in variation.text else ())
            for slot in (one for one in named if one not in known):
                message = f"the response {name!r} names the slot {slot!r}, and there is none: nothing stands there"
                near = did_you_mean(slot, dialogue.slots)
                remedy = near if near.startswith("Did you mean") else "Declare it, unless an action gives it a value."
                yield _at(variation.place, message, remedy)


def _unused_responses(dialogue: Dialogue, steps: list[Step]) -> Iterator[Problem]:
    if any(not action.startswith("utter_") for action in dialogue.actions):
        return  # an action may say any of them
    used = {step.name for step in steps if isinstance(step, ActionStep)}
    asked = {
        name for form in dialogue.forms.values() for slot in form.required for name in questions_of(form.name, slot)
    }
    for name, variations in dialogue.responses.items():
        if variations and name.split("/")[0] not in used and name not in (*asked, *_SAID_BY_ITSELF):
            yield _at(variations[0].place, f"nothing says the response {name!r}", "Use it in a story, or remove it.")


def _unanswered_intents(dialogue: Dialogue, steps: list[Step]) -> Iterator[Problem]:
    used = {step.intent.split("/")[0] for step in steps if isinstance(step, UserStep)}
    for form in dialogue.forms.values():
        used.update(form.ignored_intents)
    for slot in dialogue.slots.values():
        for mapping in slot.mappings:
            used.update(mapping.intents)
    for intent in dialogue.intents.values():
        if intent.name not in used and intent.name not in DEFAULT_INTENTS:
            message = f"no story and no rule has a message with the intent {intent.name!r}"
            unless = ", unless it only answers what forms ask" if dialogue.forms else ""
            yield _at(intent.place, message, f"Write a rule for it, or remove it{unless}.")


def _all_steps(dialogue: Dialogue) -> Iterator[Step]:
    tellers: tuple[Story | Rule, ...] = (*dialogue.stories, *dialogue.rules)
    for teller in tellers:
        for step in teller.steps:
            yield from step.choices if isinstance(step, OrStep) else (step,)


def _at(place: Place, message: str, remedy: str) -> Problem:
    return Problem(message, place.file, place.line or None, remedy=remedy)
