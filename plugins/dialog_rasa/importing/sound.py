"""What a project says that cannot all be so, such as a story and a rule that contradict each other."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from dialog_core import Builder, DialogError, read_bot_file
from dialog_core.configuration import ConfigurationError, Problem
from dialog_rasa.acting.wording import say
from dialog_rasa.checking import parting_stories, problems_of
from dialog_rasa.dialogue.references import unknown_names
from dialog_rasa.dialogue.soundness import is_unasked
from dialog_rasa.dialogue.values import Dialogue, Place, Rule, SlotMapping, Story, Variation
from dialog_rasa.project.values import Finding, RasaProject

_ROUNDS = 20  # what is left out may be what something else led to


def sound_part(project: RasaProject) -> RasaProject:
    """Return the project without the stories and rules that contradict others; each is a finding, as is what is wrong.

    The places are those of the project, so that it can be put right there.
    """
    dialogue = project.dialogue
    findings: dict[tuple[str, Place], Finding] = {}
    for _ in range(_ROUNDS):
        unknown = list(unknown_names(dialogue))
        wrong = unknown or list(problems_of(dialogue))
        dropped = {id(teller) for problem in wrong for teller in _tellers_at(problem, dialogue)}
        for problem in wrong:
            place = Place(problem.file, problem.line or 0)
            found = Finding("wrong", _construct(problem, dialogue), problem.message, place, problem.remedy)
            findings.setdefault((problem.message, place), found)
        mended = _without_mappings(dialogue, unknown)
        if not dropped and mended is dialogue:
            break
        dialogue = replace(
            mended,
            stories=tuple(story for story in dialogue.stories if id(story) not in dropped),
            rules=tuple(rule for rule in dialogue.rules if id(rule) not in dropped),
        )
    dialogue, added = _with_questions(dialogue, project.configuration.language)
    findings |= {(one.message, one.place): one for one in added}
    for remark in () if unknown else parting_stories(dialogue):
        place = Place(remark.file, remark.line or 0)
        told = f"{remark.message}: the learned model decides there"
        findings[remark.message, place] = Finding("approximated", "story", told, place, remark.remedy)
    if not findings:
        return project
    return replace(project, dialogue=dialogue, findings=(*project.findings, *findings.values()))


def _without_mappings(dialogue: Dialogue, wrong: Iterable[Problem]) -> Dialogue:
    """Return the dialogue without the mappings of slots that are wrong; a slot without any is left to actions."""
    lines = {(problem.file, problem.line) for problem in wrong}
    slots = dict(dialogue.slots)
    for name, slot in dialogue.slots.items():
        kept = tuple(one for one in slot.mappings if (one.place.file, one.place.line) not in lines)
        if len(kept) < len(slot.mappings):
            slots[name] = replace(slot, mappings=kept or (SlotMapping("custom", place=slot.place),))
    return dialogue if slots == dialogue.slots else replace(dialogue, slots=slots)


def _with_questions(dialogue: Dialogue, language: str) -> tuple[Dialogue, list[Finding]]:
    """Give each slot of a form a question that has none."""
    responses = dict(dialogue.responses)
    added = []
    for form in dialogue.forms.values():
        for slot in form.required:
            if is_unasked(form, slot, dialogue):
                question = say("ask", language, name=slot.replace("_", " "))
                responses[f"utter_ask_{slot}"] = (Variation(text=question, place=form.place),)
                message = f"the form {form.name!r} asks for {slot!r} with {question!r}"
                added.append(Finding("approximated", "form", message, form.place))
    return replace(dialogue, responses=responses), added


def wrong_with(folder: Path) -> tuple[Finding, ...]:
    """Return what `dialog-core check` finds in a new project: where it comes from, this is wrong as well."""
    try:
        problems = list(Builder(read_bot_file(folder / "bot.yaml")).check())
    except ConfigurationError as error:
        problems = list(error.problems)
    except DialogError as error:
        problems = [Problem(str(error), folder / "bot.yaml")]
    return tuple(Finding("wrong", one.path or "bot", one.message, _within(one, folder), one.remedy) for one in problems)


def _within(problem: Problem, folder: Path) -> Place:
    file = problem.file
    if file is not None and file.is_relative_to(folder):
        file = file.relative_to(folder)
    return Place(file, problem.line or 0)


def _tellers_at(problem: Problem, dialogue: Dialogue) -> Iterator[Story | Rule]:
    """Yield the story or rule that a problem is about: the last one that begins at its line or above."""
    tellers: tuple[Story | Rule, ...] = (*dialogue.stories, *dialogue.rules)
    before = [one for one in tellers if one.place.file == problem.file and 0 < one.place.line <= (problem.line or 0)]
    if problem.file is not None and before:
        last = max(one.place.line for one in before)
        yield from (one for one in before if one.place.line == last)


def _construct(problem: Problem, dialogue: Dialogue) -> str:
    teller = next(_tellers_at(problem, dialogue), None)
    if teller is not None:
        return "rule" if isinstance(teller, Rule) else "story"
    return problem.path.partition(".")[0].removesuffix("s") or "domain"
