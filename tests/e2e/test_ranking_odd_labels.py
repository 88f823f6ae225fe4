"""Labels that no ranking should take as they stand: all the same, contradictory, of one angry user, or damaged."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot
from tests.e2e.oddities import (
    QUESTION,
    angrily,
    answers,
    asked,
    command,
    honestly,
    judge,
    odd_bot,
    train,
)
from tests.plugins.dialog_ranking_training.lamps import ASKED

pytestmark = pytest.mark.usefixtures("odd")
LOGS = "logs: talks.db"
TEXTS = [text for texts in ASKED.values() for text in texts]
RANKERS = ["calibrated", "logistic"]
Verdict = Callable[[str, str], str]


def talks(
    count: int, verdict: Verdict, *, user: str = "", conversation: str = ""
) -> Iterator[tuple[str, str, str, Verdict]]:
    """Yield what people ask: each in a conversation of their own, and each a user, unless something else is said."""
    for number in range(count):
        who = f"{verdict.__name__}-{number}"
        yield conversation or who, user or who, TEXTS[number % len(TEXTS)], verdict


@pytest.fixture(scope="module")
def stores(odd: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Bots that have been talked to, by who talked to them."""
    crowds = {
        "troll": [talks(1000, angrily, user="troll")],
        "honest": [talks(200, honestly)],
        "both": [talks(200, honestly), talks(1000, angrily, user="troll")],
        "one conversation": [talks(200, angrily, conversation="the same")],
        "content": [talks(60, lambda text, reply: "good")],
    }
    found = {}
    for name, crowd in crowds.items():
        found[name] = odd_bot(tmp_path_factory.mktemp("bot"), "use: odd, score: 0.2", data=LOGS)
        for each in crowd:
            judge(found[name], each)
    return found


def trained(stores: dict[str, Path], crowd: str, ranker: str, directory: Path) -> tuple[Path, tuple[str, ...]]:
    """Train a bot with what a crowd thinks of it; return it, and what training said."""
    path = odd_bot(directory, "use: odd, score: 0.2", ranker=ranker, data=LOGS)
    shutil.copy(stores[crowd].with_name("talks.db"), directory)
    return path, train(path).artefact.manifest.remarks


def right(path: Path) -> float:
    """Return how often a bot says the right thing."""
    found = answers(path)
    return sum(honestly(text, reply) == "good" for text, reply in found.items()) / len(found)


@pytest.mark.slow
@pytest.mark.parametrize("ranker", RANKERS)
def test_a_thousand_thumbs_down_of_one_user_change_nothing(
    stores: dict[str, Path], tmp_path: Path, ranker: str
) -> None:
    before = answers(stores["troll"])
    path, remarks = trained(stores, "troll", ranker, tmp_path)
    assert answers(path) == before
    assert "The labels of one user count as much as 20 each, and no more: see `max_per_user`." in remarks
    assert remarks[-1] == "1,000 labels of a single user, who may be alone with that: the default stays."
    assert "uncalibrated" in asked(path)[1]["ranker"]


@pytest.mark.slow
@pytest.mark.parametrize("ranker", RANKERS)
def test_beside_two_hundred_honest_users_they_do_not_keep_the_ranking_from_learning(
    stores: dict[str, Path], tmp_path: Path, ranker: str
) -> None:
    untrained = right(stores["troll"])
    path, remarks = trained(stores, "both", ranker, tmp_path)
    assert remarks[-1].startswith("Learnt from 1,200 labels")
    assert right(path) > untrained + 0.1


@pytest.mark.slow
@pytest.mark.parametrize("ranker", RANKERS)
def test_users_who_all_sit_in_one_conversation_are_one(stores: dict[str, Path], tmp_path: Path, ranker: str) -> None:
    before = answers(stores["troll"])
    path, remarks = trained(stores, "one conversation", ranker, tmp_path)
    assert answers(path) == before
    assert remarks[-1] == "200 labels of a single conversation: the default stays."


@pytest.mark.slow
@pytest.mark.parametrize("ranker", RANKERS)
def test_labels_of_one_kind_are_told_and_leave_every_probability_possible(
    stores: dict[str, Path], tmp_path: Path, ranker: str
) -> None:
    path, remarks = trained(stores, "content", ranker, tmp_path)
    assert "Every label says right: what makes a reply wrong cannot be learnt from them." in remarks
    for text in (QUESTION, "my order", "do you like poetry"):
        assert all(0.0 < row["probability"] < 1.0 for row in asked(path, text)[1]["candidates"])


@pytest.mark.parametrize("ranker", RANKERS)
def test_dialogues_that_contradict_each_other_are_told_and_settled_in_the_middle(tmp_path: Path, ranker: str) -> None:
    path = odd_bot(tmp_path, "use: odd, score: 0.2", ranker=ranker)
    file = tmp_path / "talks.jsonl"
    row = {"turns": [{"role": "user", "text": "my order"}, {"role": "bot", "text": ""}]}
    for number in range(30):
        row["turns"][1]["text"] = ["Tell me the number of your order.", "In two days."][number % 2]
        file.write_text(f"{file.read_text()}{json.dumps(row)}\n")
    remarks = train(path).artefact.manifest.remarks
    assert any("labelled both right and wrong in answer to the same message" in remark for remark in remarks)
    assert 0.1 < asked(path, "my order")[1]["candidates"][0]["probability"] < 0.95


def every_damage(trace: dict[str, Any]) -> Iterator[Any]:
    """Yield traces as an editor, a crash or another version might leave them."""
    for key in trace:
        yield {name: value for name, value in trace.items() if name != key}
        for value in (None, 3, "x", [], {}, [1], ["x"], {"a": 1}, float("nan"), 10**400, True):
            yield {**trace, key: value}
    for part in ("policies", "candidates"):
        for key in trace[part][0]:
            for value in (None, -1, "x", [], {}, [1], float("inf"), 10**400, True):
                yield {**trace, part: [{**trace[part][0], key: value}, *trace[part][1:]]}
    yield from ("{", "", "[]", "3", "null", '{"policies": [[[', "\x00")


def test_damaged_explanations_cost_themselves_and_nothing_else(tmp_path: Path) -> None:
    path = odd_bot(tmp_path, "use: odd, score: 0.6, features: dots", data=LOGS)
    judge(path, talks(1, honestly))
    database = tmp_path / "talks.db"
    with closing(sqlite3.connect(database)) as connection:
        ((body,),) = connection.execute("SELECT body FROM traces").fetchall()
    damaged = list(every_damage(json.loads(body)))
    judge(path, list(talks(len(damaged) + 60, honestly))[1:])
    with closing(sqlite3.connect(database)) as connection, connection:
        for row, trace in enumerate(damaged, start=2):
            text = trace if isinstance(trace, str) else json.dumps(trace)
            connection.execute("UPDATE traces SET body = ? WHERE rowid = ?", (text, row))

    told = command("train", path)
    learnt = command("learn", path, "--json", "--no-train")
    command("replay", path, "--fail-on", "none")
    exported = command("conversations", "export", path)

    assert f"{len(damaged) + 60:,} conversations" in told
    assert "judged replies left out whose trace is missing or damaged" in told
    assert json.loads(learnt[: learnt.rindex("}") + 1])["conversations"] == len(damaged) + 60
    assert exported.count("FeedbackGiven") == len(damaged) + 60
    with Bot.load(path) as bot:  # a message that is sent again gets its reply, explained or not
        again = bot.conversation("honestly-1").messages[0].message.client_id  # type: ignore[union-attr]
        assert bot.reply("?", conversation="honestly-1", client_id=again).text
