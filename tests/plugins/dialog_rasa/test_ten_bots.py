"""Rasa's own example bots come over without hand work, pass their own tests, and do what their stories say."""

import re
from pathlib import Path

import pytest

from dialog_core import Bot
from dialog_rasa.dialogue.values import Dialogue
from dialog_rasa.prediction.expanding import moments
from dialog_rasa.prediction.predictor import Predictor
from tests.plugins.dialog_rasa.bots import TEN, dialogue_in, import_project, needs_bots, project_of, run_here

pytestmark = [needs_bots, pytest.mark.slow]

OWN_TESTS = {  # what `rasa test` says of the first two: all of 7 and 3 stories, all of 35 and 29 actions
    "initial_project_3.6": ("7 of 7 stories", "35 of 35 actions", "16 of 16 intents"),
    "formbot": ("3 of 3 stories", "29 of 29 actions", "11 of 11 intents", "1 of 1 entities"),
    "carbon-bot": ("7 of 7 stories", "87 of 87 actions"),
}
NOTHING_SAID = re.compile(r"Sorry|rephrase|give up|again", re.IGNORECASE)  # how bots say that they have not understood


@pytest.fixture(scope="module")
def imported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a bot as it was imported."""
    root: Path = tmp_path_factory.mktemp("imported") / request.param
    done = import_project(project_of(request.param, root), root / "bot")
    assert done.returncode == 0, done.stdout + done.stderr
    return root / "bot"


ten = pytest.mark.parametrize("imported", TEN, indirect=True)


@ten
def test_its_files_are_without_mistakes(imported: Path) -> None:
    done = run_here("check", imported / "bot.yaml")
    assert done.returncode == 0, done.stdout + done.stderr


def missed(dialogue: Dialogue) -> list[str]:
    """Return the moments of stories at which something else is predicted than the story says."""
    predictor = Predictor(dialogue)
    found = []
    for moment in moments(dialogue):
        if not moment.rule and (got := predictor.predict(moment.tracker)).action != moment.action:
            found.append(f"{moment.place} {moment.name}: {moment.action}, and not {got.action} ({got.source})")
    return found


@ten
def test_every_story_predicts_its_own_actions(imported: Path) -> None:
    dialogue = dialogue_in(imported)
    assert missed(dialogue) == []


@ten
def test_it_learns_and_passes_its_own_tests_and_answers(imported: Path) -> None:
    bot, name = imported / "bot.yaml", imported.parent.name
    trained = run_here("train", bot)
    assert trained.returncode == 0, trained.stdout + trained.stderr
    stories = imported / "dialogue" / "stories.yaml"
    if stories.exists():
        replayed = run_here("test", bot, stories, "--given")
        assert replayed.returncode == 0, replayed.stdout + replayed.stderr
    assert (imported / "tests").is_dir() == (name in OWN_TESTS)
    if name in OWN_TESTS:
        tested = run_here("test", imported)
        assert tested.returncode == 0, tested.stdout + tested.stderr
        assert [figure for figure in OWN_TESTS[name] if figure not in tested.stdout] == []
    with Bot.load(bot) as talking:
        assert talking.reply("hello").text
        assert talking.reply("bye").text
    if name == "moodbot":
        answers_no_nonsense(bot)


def answers_no_nonsense(bot: Path) -> None:
    """See that what the examples do not have is understood, or answered with what says that it was not."""
    with Bot.load(bot) as talking:
        for text, right in {"i am feeling very sad": "cheer you up", "thank you": ""}.items():
            for before in ((), ("hello",)):
                conversation = f"{text}, after {before}"
                for said in before:
                    talking.reply(said, conversation=conversation)
                got = talking.reply(text, conversation=conversation).text
                assert (right and right in got) or NOTHING_SAID.search(got), (conversation, got)
