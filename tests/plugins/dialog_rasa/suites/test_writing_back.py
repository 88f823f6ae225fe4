"""Stories that failed, as files that can be run again."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_core.interfaces import CaseOutcome, CheckedStep, ForeignCase
from dialog_rasa.suites.format import StoryTests
from tests.plugins.dialog_rasa.suites.test_reading import RASAS, form, read, told

STORIES = """\
stories:
# The first one.
- story: hello   # with a comment
  steps:
  - user: |
      hello there
    intent: greet
  - action: utter_greet
  - action: utter_ask  # whether it helped

- story: bye
  steps:
# far to the left
  - user: "bye # bye"
    intent: goodbye
  - action: utter_bye

- {story: short, steps: [{intent: greet}, {action: utter_greet}]}
# The end.
"""


def wrong(what: str, line: int, expected: str, got: str) -> CheckedStep:
    return CheckedStep(what, line, expected, got, False)


HOW = {
    "hello": (
        wrong("intent", 5, "greet", "goodbye"),
        wrong("entities", 5, "name=Ann", "none"),
        wrong("action", 8, "utter_greet", "utter_bye"),
        wrong("action", 9, "utter_ask", "utter_greet"),
        wrong("action", 9, "action_listen", "utter_more"),
    ),
    "bye": (wrong("intent", 14, "goodbye", "greet"), wrong("slots", 16, "name=Ann", "name=none")),
    "short": (wrong("action", 18, "utter_greet", "utter_bye"),),
}


def failed(form: StoryTests, cases: list[ForeignCase]) -> str:
    return form.text_of(cases, [CaseOutcome(HOW[case.name]) for case in cases])


def test_what_happened_instead_stands_at_the_step(tmp_path: Path) -> None:
    cases = read(tmp_path, STORIES)
    text = failed(form(), cases).replace(str(tmp_path), "here")
    assert text == (
        "# Stories that failed; comments say what the bot predicted, understood or found instead.\n"
        "stories:\n"
        "# from here/a.stories.yaml:3\n"
        "  - story: hello   # with a comment\n"
        "    steps:\n"
        "    # understood: goodbye\n"
        "    # found: none, not name=Ann\n"
        "    - user: |\n"
        "        hello there\n"
        "      intent: greet\n"
        "    - action: utter_greet  # predicted: utter_bye\n"
        "    # predicted: utter_greet\n"
        "    # then predicted: utter_more\n"
        "    - action: utter_ask  # whether it helped\n"
        "# from here/a.stories.yaml:11\n"
        "  - story: bye\n"
        "    steps:\n"
        "  # far to the left\n"
        "    # understood: greet\n"
        '    - user: "bye # bye"\n'
        "      intent: goodbye\n"
        "    - action: utter_bye  # filled: name=none, not name=Ann\n"
        "# from here/a.stories.yaml:18\n"
        "  # predicted: utter_bye\n"
        "  - {story: short, steps: [{intent: greet}, {action: utter_greet}]}\n"
    )


def test_what_is_written_back_reads_the_same_and_once_more(tmp_path: Path) -> None:
    cases = read(tmp_path, STORIES)
    text = failed(form(), cases)
    again = read(tmp_path, text, "failed.stories.yaml")
    assert [(case.name, told(case)) for case in again] == [(case.name, told(case)) for case in cases]
    # The comments of an earlier time go; those of people stay.
    twice = form().text_of(again, [CaseOutcome(error="no\nmore")] * 3)
    assert "predicted" not in twice.split("\n", 1)[1]
    assert "understood" not in twice.split("\n", 1)[1]
    assert twice.count("# error: no more") == 3
    assert "# whether it helped" in twice
    assert len(read(tmp_path, twice, "twice.stories.yaml")) == 3


def test_what_stands_in_rasas_own_form_is_written_in_ours(tmp_path: Path) -> None:
    cases = read(tmp_path, RASAS, "test_trips.yml")
    text = form().text_of(cases, [CaseOutcome((wrong("intent", 6, "travel", "greet"),)), CaseOutcome(error="no")])
    assert "from [Rome](city:from) to [NYC](city=New York)\n" in text
    first, second = read(tmp_path, text, "failed.stories.yaml")
    assert first.content.steps[0].entities == cases[0].content.steps[0].entities
    assert told(second) == ["greet"]


def test_a_file_of_nothing_that_failed_can_be_read(tmp_path: Path) -> None:
    text = form().text_of([], [])
    assert text == "# No story failed.\nstories: []\n"
    assert read(tmp_path, text) == []


def test_stories_that_share_a_line_are_written_anew(tmp_path: Path) -> None:
    first, second = (
        "{story: a, steps: [{user: hi, intent: greet}, {action: utter_greet}]}",
        "{story: b, steps: [{intent: x}]}",
    )
    cases = read(tmp_path, f"stories: [{first}, {second}]")
    text = form().text_of(cases[:1], [CaseOutcome((wrong("action", 1, "utter_greet", "utter_bye"),))])
    assert "  # predicted: utter_bye\n  - story: a\n" in text
    again = read(tmp_path, text, "failed.stories.yaml")
    assert [(case.name, told(case)) for case in again] == [("a", ["greet", "utter_greet"])]


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C",), exclude_characters="[]{}$")).filter(str.strip)


@settings(deadline=None)
@given(said=WORDS, got=WORDS, indent=st.sampled_from(["", "  ", "     "]))
def test_whatever_is_said_or_predicted_can_be_written_back(said: str, got: str, indent: str) -> None:
    quoted = json.dumps(said, ensure_ascii=False)
    lines = ["- story: one", "  steps:", f"  - user: {quoted}", "    intent: greet", "  - action: utter_greet"]
    with TemporaryDirectory() as folder:
        cases = read(Path(folder), "stories:\n" + "".join(f"{indent}{line}\n" for line in lines))
        step = cases[0].content.steps[0]
        how = CaseOutcome((wrong("intent", step.place.line, "greet", got), wrong("action", 6, "utter_greet", got)))
        again = read(Path(folder), form().text_of(cases, [how]), "failed.stories.yaml")
    assert told(again[0]) == told(cases[0])
    assert again[0].content.steps[0].text == step.text
