"""The entries of `training:` in a bot file."""

from pathlib import Path

import pytest

from dialog_core import Bot
from dialog_core.bot_schema import bot_schema
from dialog_core.configuration import ConfigurationError
from dialog_core.testing import write_bot
from tests.training_parts import BOT, WORDS, plugins, spec_of


def problems_of(bot: Path) -> list[str]:
    with pytest.raises(ConfigurationError) as raised:
        spec_of(bot)
    return [str(problem).replace(f"{bot.parent}/", "") for problem in raised.value.problems]


def test_entries_are_matched_to_components_and_their_trainers(tmp_path: Path) -> None:
    spec = spec_of(write_bot(tmp_path, BOT, **{"words.txt": WORDS}))

    ranking, echo, words = spec.training
    assert (ranking.name, ranking.component, ranking.trainer.name) == ("ranking", spec.ranker, "learnt")
    assert (echo.name, echo.component, echo.options.prefix) == ("echo", spec.policies[0], "Aha")
    assert (words.trainer.kind, words.trainer.name) == ("trainer", "counts")
    assert words.options.data == tmp_path / "words.txt"
    assert spec.trained == ("ranking", "echo", "words")


HEAD = (
    "version: 1\nannotators: [{use: counts, name: words}]\npolicies: [echoing, untrainable, unversioned]\ntraining:\n"
)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (
            "  - {component: words, data: words.txt, scael: 2}\n",
            "bot.yaml:5:41: training[0].scael: unknown key. Did you mean 'scale'?",
        ),
        (
            "  - {component: words, data: wrods.txt}\n",
            "bot.yaml:5:30: training[0].data: there is no such file as wrods.txt. Did you mean 'words.txt'?",
        ),
        ("  - {component: words}\n", "bot.yaml:5:5: training[0].data: is missing. Add `data:`"),
        (
            "  - {component: wrods, data: words.txt}\n",
            "bot.yaml:5:17: training[0].component: no component is named 'wrods'. Did you mean 'words'?",
        ),
        (
            "  - {component: echoing}\n  - {component: echoing}\n",
            "bot.yaml:6:17: training[1].component: 'echoing' is trained by the entry on line 5 already. "
            "Remove one of the two.",
        ),
        (
            "  - {component: untrainable}\n",
            "bot.yaml:5:17: training[0].component: 'untrainable' cannot be trained: there is no trainer for "
            "'untrainable'. Trainers there are: counts, echoing, learnt, unversioned.",
        ),
        (
            "  - {component: ranking}\n",
            "bot.yaml:5:17: training[0].component: 'ranking' cannot be trained: there is no trainer for 'table'. "
            "Take a ranker that learns: `ranking: {use: learnt}`. There are: learnt.",
        ),
    ],
)
def test_mistakes_are_shown_where_they_are_with_a_remedy(tmp_path: Path, entries: str, expected: str) -> None:
    bot = write_bot(tmp_path, HEAD + entries, **{"words.txt": WORDS})

    (problem,) = problems_of(bot)

    assert problem.startswith(expected)


def test_a_name_that_two_components_have_cannot_be_trained(tmp_path: Path) -> None:
    bot = write_bot(
        tmp_path,
        "version: 1\nannotators: [{use: counts, name: x}]\npolicies: [{use: echoing, name: x}]\n"
        "training: [{component: x}]\n",
    )

    assert problems_of(bot) == [
        "bot.yaml:4:24: training[0].component: 'x' may mean two components. Give one of them another `name:`."
    ]


def test_a_bot_that_only_serves_needs_no_training_data(tmp_path: Path) -> None:
    bot = write_bot(tmp_path, HEAD + "  - {component: words, data: gone.txt}\n")

    with pytest.raises(Exception, match="these components are not trained"):
        Bot.load(bot, plugins=plugins())


def test_the_schema_describes_the_options_of_trainers() -> None:
    schema = bot_schema(plugins().registry)

    names = [option["$ref"].rpartition("/")[2] for option in schema["properties"]["training"]["items"]["anyOf"]]
    assert names == ["trainer_counts", "trainer_echoing", "trainer_learnt", "trainer_unversioned"]
    assert set(schema["$defs"]["trainer_counts"]["required"]) == {"component", "data"}
    assert "use" not in schema["$defs"]["trainer_counts"]["properties"]
