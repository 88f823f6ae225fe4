"""`dialog-core evaluate BOT FILE`, as people run it."""

import json
import os
import resource
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialog_core.testing import write_bot
from dialog_evaluation.runs.answers import DialogueAnswers
from dialog_evaluation.runs.store import Run, find_runs
from tests.dialog_core.cli.command import COMMAND, run
from tests.plugins.dialog_evaluation.runs.talks import shop
from tests.third_party import installed

TALKS = """\
- turns:
    - {user: hello, bot: "Hi there."}
    - {user: when are you open, bot: From nine to five.}
- turns:
    - {user: cancel my order, bot: Which one?}
    - {user: "4711", bot: Order 4711 is cancelled.}
"""

ODD = '''
import sys
import time
from pathlib import Path

from dialog_core import ActionCall, Candidate, Component, Proposal, hookimpl
from dialog_core.configuration import Options


class Odd(Component[Options]):
    """Takes its time, or fails, or hangs, or acts, as the message says."""

    def propose(self, turn):
        word = turn.text.split()[0]
        if word == "wait":
            time.sleep(0.05)
        if word == "hang":
            time.sleep(60)
        if word == "boom":
            raise ValueError("out of order")
        if word in ("pay", "look"):
            return [Candidate("", 1.0, action=ActionCall(word))]
        return Proposal((Candidate(f"{word} {len(turn.conversation.messages)}", 1.0),), notes={"tokens_out": 2})

    def resume(self, turn, result):
        return Candidate(str(result.value or result.error), 1.0)


def pay():
    Path("paid").touch()
    return "paid"


def look():
    return "looked"


@hookimpl
def dialog_register(registry):
    registry.policy("odd", "dialog_odd:Odd")
    registry.action("pay", "dialog_odd:pay")
    registry.action("look", "dialog_odd:look", reads_only=True)
'''


@pytest.fixture
def finch(tmp_path: Path) -> Path:
    shop(tmp_path, **{"talks.yaml": TALKS})
    return tmp_path


@pytest.fixture
def odd(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "site").mkdir()
    with installed(tmp_path / "site", "odd", ODD):
        write_bot(
            tmp_path,
            "version: 1\nplugins: odd\npolicies: [{use: odd}]\ndispatch: {deadline: 1s}\nfallback: Pardon?\n",
        )
        yield tmp_path


def write_talks(directory: Path, *talks: list[str]) -> None:
    lines = [
        json.dumps({"turns": [{"role": "user" if n % 2 == 0 else "bot", "text": text} for n, text in enumerate(talk)]})
        for talk in talks
    ]
    (directory / "talks.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def the_run(directory: Path) -> Run:
    (found,) = find_runs(directory / "bot.yaml")
    return found


def timeless(answers: list[DialogueAnswers]) -> Any:
    """Return answers without how long they took."""
    return [
        (one.position, [(turn.number, turn.status, turn.text, turn.policy, turn.reason) for turn in one.turns])
        for one in answers
    ]


# --- Runs


def test_a_bot_is_put_to_dialogues_and_its_answers_are_kept_beside_it(finch: Path) -> None:
    done = run("evaluate", "bot.yaml", "talks.yaml", cwd=finch)
    assert done.returncode == 0, done.stderr
    assert "Finch" in done.stdout
    found = the_run(finch)
    assert found.path.parent == finch / "evaluations" / "bot"
    assert (found.info.name, found.info.mode, found.info.status) == ("Finch", "teacher-forced", "finished")
    assert (found.info.dialogues, found.info.turns) == (2, 4)
    assert [(turn.policy, turn.text) for one in found.answers() for turn in one.turns] == [
        ("rules", "Hello! How can I help?"),
        ("faq", "From nine to five."),
        ("tasks", "What is the number of your order?"),
        ("tasks", "Order 4711 is cancelled."),
    ]
    assert not (finch / "conversations.db").exists()


@pytest.mark.slow
def test_what_was_run_is_not_run_again_until_something_changes(finch: Path) -> None:
    run("evaluate", "bot.yaml", "talks.yaml", cwd=finch)
    again = run("evaluate", "bot.yaml", "talks.yaml", cwd=finch)
    assert "was run before, and nothing has changed. --anew runs it again" in again.stdout + again.stderr
    assert len(find_runs(finch / "bot.yaml")) == 1
    run("evaluate", "bot.yaml", "talks.yaml", "--anew", cwd=finch)
    assert len(find_runs(finch / "bot.yaml")) == 2
    run("evaluate", "bot.yaml", "talks.yaml", "--mode", "own-history", cwd=finch)
    assert len(find_runs(finch / "bot.yaml")) == 3
    (finch / "faq.yaml").write_text((finch / "faq.yaml").read_text().replace("nine", "ten"), encoding="utf-8")
    run("evaluate", "bot.yaml", "talks.yaml", cwd=finch)
    *_, last = find_runs(finch / "bot.yaml")
    assert len(find_runs(finch / "bot.yaml")) == 4
    assert last.answers()[0].turns[1].text == "From ten to five."
    comment = (finch / "bot.yaml").read_text() + "# nothing that decides an answer\n"
    (finch / "bot.yaml").write_text(comment.replace("sqlite, path: conversations.db", "memory"), encoding="utf-8")
    run("evaluate", "bot.yaml", "talks.yaml", cwd=finch)
    assert len(find_runs(finch / "bot.yaml")) == 4


def test_runs_are_kept_where_they_are_wanted(finch: Path) -> None:
    done = run("evaluate", "bot.yaml", "talks.yaml", "--runs", "elsewhere", cwd=finch)
    assert done.returncode == 0, done.stderr
    assert not (finch / "evaluations").exists()
    assert len(find_runs(finch / "bot.yaml", finch / "elsewhere")) == 1


def waiting_talks(directory: Path) -> None:
    write_talks(directory, *(["wait here", "Yes.", f"wait for {number}", "No."] for number in range(12)))


def started(directory: Path, kept: int) -> subprocess.Popen[str]:
    """Start an evaluation, and wait until it has kept so many dialogues."""
    command = [COMMAND, "evaluate", "bot.yaml", "talks.jsonl"]
    process = subprocess.Popen(command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up and process.poll() is None:
        runs = find_runs(directory / "bot.yaml")
        if runs and len(runs[0].answers()) >= kept:
            return process
        time.sleep(0.01)
    pytest.fail("it has not come so far")


@pytest.mark.slow
def test_a_killed_run_goes_on_and_ends_as_one_that_was_not_killed(odd: Path) -> None:
    waiting_talks(odd)
    process = started(odd, kept=3)
    process.kill()
    process.communicate()
    cut = the_run(odd)
    kept = cut.answers()
    assert 3 <= len(kept) < 12
    with (cut.path / "answers.jsonl").open("ab") as file:
        file.write(b'{"dialogue": "half a li')  # as if it had been in the middle of a line
    done = run("evaluate", "bot.yaml", "talks.jsonl", cwd=odd)
    assert done.returncode == 0, done.stderr
    assert f"going on with a run that was cut short: {len(kept)} of 12 dialogues" in done.stdout + done.stderr
    resumed = the_run(odd)
    assert resumed.info.status == "finished"
    assert resumed.answers()[: len(kept)] == kept
    run("evaluate", "bot.yaml", "talks.jsonl", "--runs", "whole", cwd=odd)
    (whole,) = find_runs(odd / "bot.yaml", odd / "whole")
    assert timeless(resumed.answers()) == timeless(whole.answers())
    reports = [json.loads((one.path / "report.json").read_text("utf-8")) for one in (resumed, whole)]
    assert figures_without_times(reports[0]) == figures_without_times(reports[1])


def test_ctrl_c_keeps_what_is_over_and_says_how_to_go_on(odd: Path) -> None:
    waiting_talks(odd)
    process = started(odd, kept=2)
    process.send_signal(signal.SIGINT)
    printed, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "of 12 dialogues are over. The same command goes on from there" in told
    assert "Traceback" not in printed + told
    done = run("evaluate", "bot.yaml", "talks.jsonl", "--jobs", "4", cwd=odd)
    assert done.returncode == 0, done.stderr
    assert [one.position for one in the_run(odd).answers()] == list(range(12))


def test_two_processes_do_not_spoil_one_run(odd: Path) -> None:
    waiting_talks(odd)
    process = started(odd, kept=1)
    second = run("evaluate", "bot.yaml", "talks.jsonl", cwd=odd)
    process.communicate(timeout=30)
    assert second.returncode == 1
    assert "is under way in another process" in second.stderr
    assert len(the_run(odd).answers()) == 12


# --- Reports


def figures_without_times(report: dict[str, Any]) -> dict[str, Any]:
    """Return what a report says that is the same each time."""
    figures = {name: figure for name, figure in report["bot"]["figures"].items() if "seconds" not in name}
    return {**figures, **{name: report[name] for name in ("counts", "baselines", "leakage", "reasons", "frequent")}}


def test_the_report_is_shown_kept_beside_the_run_and_written_where_it_is_wanted(finch: Path) -> None:
    done = run("evaluate", "bot.yaml", "talks.yaml", "--json", "out/r.json", "--html", "r.html", cwd=finch)
    assert done.returncode == 0, done.stderr
    assert "Finch: 4 replies in 2 dialogues of talks.yaml (teacher-forced)" in done.stdout
    assert "Kept in evaluations/bot/" in done.stdout
    kept = the_run(finch).path
    assert (finch / "out" / "r.json").read_text("utf-8") == (kept / "report.json").read_text("utf-8")
    assert (finch / "r.html").read_text("utf-8") == (kept / "report.html").read_text("utf-8")
    report = json.loads((finch / "out" / "r.json").read_text("utf-8"))
    assert (report["counts"]["turns"], report["counts"]["answered"]) == (4, 4)
    assert report["leakage"]["replies"] == 0.25  # “From nine to five.” stands in the bot's knowledge
    assert set(report["policies"]) == {"rules", "tasks", "faq"}


def test_what_was_learnt_from_may_be_named(finch: Path) -> None:
    (finch / "learnt.jsonl").write_text('{"messages": [{"role": "user", "content": "hello"}, ', encoding="utf-8")
    broken = run("evaluate", "bot.yaml", "talks.yaml", "--train", "learnt.jsonl", cwd=finch)
    assert broken.returncode == 2
    assert not (finch / "evaluations").exists()  # nothing is run that could not be reported
    done = run("evaluate", "bot.yaml", "talks.yaml", "--train", "talks.yaml", "--json", "r.json", cwd=finch)
    assert done.returncode == 0, done.stderr
    assert json.loads((finch / "r.json").read_text("utf-8"))["leakage"]["pairs"] == 1


def test_a_file_that_only_names_the_right_entries_is_compared_with_their_answers(finch: Path) -> None:
    talks = "dialogues: [{turns: [{role: user, text: when do you open}, {role: bot, text: '', entry: hours}]}]"
    (finch / "talks.yaml").write_text(talks, encoding="utf-8")
    done = run("evaluate", "bot.yaml", "talks.yaml", cwd=finch)
    assert done.returncode == 0, done.stderr
    assert "1 reply is an answer of the bot's own knowledge" in " ".join(done.stdout.split())
    assert the_run(finch).answers()[0].turns[0].reference == "From nine to five."
    faq = (finch / "faq.yaml").read_text("utf-8")
    (finch / "faq.yaml").write_text(faq.replace("nine to five", "ten to six"), encoding="utf-8")
    run("evaluate", "bot.yaml", "talks.yaml", cwd=finch)
    assert find_runs(finch / "bot.yaml")[-1].answers()[0].turns[0].reference == "From ten to six."


def test_two_bots_are_compared_on_the_same_messages_and_each_run_is_kept(finch: Path) -> None:
    (finch / "changed.yaml").write_text(
        "extends: bot.yaml\nbot: {name: Changed}\nfallback: Pardon?\ndispatch: {answer_at: 1.0}\n", encoding="utf-8"
    )
    command = (
        "evaluate",
        "bot.yaml",
        "talks.yaml",
        "--compare",
        "changed.yaml",
        "--json",
        "c.json",
        "--html",
        "c.html",
    )
    done = run(*command, cwd=finch)
    assert done.returncode == 0, done.stderr
    assert "bot.yaml → changed.yaml: 4 turns in 2 dialogues" in done.stdout
    told = json.loads((finch / "c.json").read_text("utf-8"))
    assert told["differences"]["fallback"]["second"] > told["differences"]["fallback"]["first"]
    assert "changed.yaml" in (finch / "c.html").read_text("utf-8")
    (other,) = find_runs(finch / "changed.yaml")
    assert other.path.parent.name == "changed"
    assert all((one.path / "report.json").exists() for one in (the_run(finch), other))
    again = run(*command, cwd=finch)
    assert again.stderr.count("was run before") == 2


def test_a_comparison_says_of_a_chinese_bot_what_its_own_report_says(finch: Path) -> None:
    (finch / "zh.yaml").write_text(
        "extends: bot.yaml\nbot: {language: zh}\nfallback: 我不太明白您的意思。\n", encoding="utf-8"
    )
    replies = ["我明白您的意思。", "您的订单已经发货。", "九点到五点开门。", "您的意思我不明白。"]
    turns = "".join(f"- turns: [{{user: 问题{number}, bot: {reply}}}]\n" for number, reply in enumerate(replies))
    (finch / "zh-talks.yaml").write_text(turns, encoding="utf-8")
    done = run("evaluate", "zh.yaml", "zh-talks.yaml", "--json", "one.json", cwd=finch)
    assert done.returncode == 0, done.stderr
    assert (
        run("evaluate", "zh.yaml", "zh-talks.yaml", "--compare", "bot.yaml", "--json", "c.json", cwd=finch).returncode
        == 0
    )
    own = json.loads((finch / "one.json").read_text("utf-8"))["bot"]["figures"]
    both = json.loads((finch / "c.json").read_text("utf-8"))
    assert own["embedding_similarity"]["value"] > 0
    for name in ("embedding_similarity", "bleu", "unigram_f1"):
        assert both["differences"][name]["first"] == pytest.approx(own[name]["value"])
    assert both["methods"]["similarity"] == "cosine of vectors by lsa, fitted on the replies people gave"


# --- Ways of holding dialogues


def test_in_a_conversation_only_look_ups_run_unless_actions_are_asked_for(odd: Path) -> None:
    write_talks(odd, ["look up", "Here.", "pay it", "Paid."])
    done = run("evaluate", "bot.yaml", "talks.jsonl", "--mode", "own-history", cwd=odd)
    assert done.returncode == 0, done.stderr
    looked, paid = find_runs(odd / "bot.yaml")[-1].answers()[0].turns
    assert (looked.text, looked.action) == ("looked", "look")
    assert "not run: it may change something" in paid.text
    assert "action pay: failed: not run" in paid.reason
    assert not (odd / "paid").exists()
    run("evaluate", "bot.yaml", "talks.jsonl", "--mode", "own-history", "--actions", cwd=odd)
    assert find_runs(odd / "bot.yaml")[-1].answers()[0].turns[1].text == "paid"
    assert (odd / "paid").exists()


def test_another_bot_plays_the_user(odd: Path) -> None:
    write_talks(odd, ["hi", "Hello."])
    shop(odd / "user")
    command = ("evaluate", "bot.yaml", "talks.jsonl", "--mode", "self-chat", "--user", "user/bot.yaml", "--turns", "3")
    done = run(*command, cwd=odd)
    assert done.returncode == 0, done.stderr
    (talk,) = the_run(odd).answers()
    assert [turn.question for turn in talk.turns] == ["hi", "I do not know."]  # which it says again
    assert talk.ended == "repetition"
    assert "Of 1 dialogue ended: 1 where one side said again what it had said." in " ".join(done.stdout.split())
    assert "nobody answered" not in done.stdout
    (odd / "user" / "rules.yaml").write_text("rules: [{name: hm, when: hi, say: Hm.}]", encoding="utf-8")
    run(*command, cwd=odd)
    assert len(find_runs(odd / "bot.yaml")) == 2  # another user, another run


def test_the_right_reply_is_looked_for_among_others(finch: Path) -> None:
    done = run("evaluate", "bot.yaml", "talks.yaml", "--select", "2", cwd=finch)
    assert done.returncode == 0, done.stderr
    turns = [turn for one in the_run(finch).answers() for turn in one.turns]
    assert [turn.candidates for turn in turns] == [2, 2, 2, 2]
    assert turns[1].rank == 1


# --- What goes wrong


def test_a_disk_that_fills_up_is_told_and_the_same_command_goes_on(odd: Path) -> None:
    write_talks(odd, *([f"say {number}", "Yes."] for number in range(40)))

    def nearly_full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, 4_000))

    command = [COMMAND, "evaluate", "bot.yaml", "talks.jsonl"]
    full = subprocess.run(command, cwd=odd, capture_output=True, text=True, preexec_fn=nearly_full, timeout=60)
    assert full.returncode == 1
    assert "cannot be written: File too large. What was answered so far is kept" in full.stderr
    assert "Traceback" not in full.stderr
    kept = len(the_run(odd).answers())
    assert 0 < kept < 40
    assert (the_run(odd).path / "answers.jsonl").read_bytes().endswith(b"}\n")
    done = run("evaluate", "bot.yaml", "talks.jsonl", cwd=odd)
    assert f"{kept} of 40 dialogues are over" in done.stderr
    assert len(the_run(odd).answers()) == 40


def test_a_bot_that_only_fails_ends_with_status_1_and_keeps_nothing(odd: Path) -> None:
    write_talks(odd, *(["boom", "Yes."] for _ in range(12)))
    done = run("evaluate", "bot.yaml", "talks.jsonl", cwd=odd)
    assert done.returncode == 1
    assert "failed on 10 messages in a row" in done.stderr
    assert "out of order" in done.stderr
    assert the_run(odd).answers() == []


def test_a_policy_that_hangs_costs_its_time_and_no_more(odd: Path) -> None:
    write_talks(odd, ["hang", "Yes.", "go on", "I do."])
    done = run("evaluate", "bot.yaml", "talks.jsonl", cwd=odd)
    assert done.returncode == 0, done.stderr
    first, second = the_run(odd).answers()[0].turns
    assert (first.status, first.text) == ("failed", "Pardon?")
    assert "deadline" in first.policies[0].reason
    assert (second.status, second.text, dict(second.cost)) == ("answered", "go 3", {"tokens_out": 2})


def test_a_bot_that_is_not_trained_is_told_so_as_in_a_chat(finch: Path) -> None:
    text = (finch / "bot.yaml").read_text(encoding="utf-8")
    (finch / "bot.yaml").write_text(f"{text}annotators: [{{use: intents}}]\n", encoding="utf-8")
    done, chat = run("evaluate", "bot.yaml", "talks.yaml", cwd=finch), run("ask", "bot.yaml", "hi", cwd=finch)
    assert (done.returncode, done.stderr) == (chat.returncode, chat.stderr)
    assert done.returncode == 2
    assert not (finch / "evaluations").exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("- turns: [{bot: hello}]", "nothing is said by a user in it"),
        ("- turns: [{user: ''}, {bot: hello}]", "nothing is said by a user in it"),
        ("dialogues: [{turns: [{usr: hi, bot: hello}]}]", "the role 'usr' is not known. Did you mean 'user'?"),
        ("entries: [{id: a, questions: [Why?], answer: Because.}]", "it has no dialogues"),
        ("intents: {greet: [hi, hello]}", "it has no dialogues"),
        ("42", "no format is recognized"),
    ],
)
def test_files_without_anything_to_put_to_a_bot_are_told(finch: Path, content: str, told: str) -> None:
    (finch / "talks.yaml").write_text(content, encoding="utf-8")
    done = run("evaluate", "bot.yaml", "talks.yaml", cwd=finch)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert not (finch / "evaluations").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--user", "bot.yaml"), "only with --mode self-chat"),
        (("--actions",), "no action runs with --mode teacher-forced"),
        (("--mode", "self-chat", "--select", "10"), "no right replies"),
        (("--select", "1"), "nothing to choose from"),
        (("--mode", "own-history", "--asked-only"), "only with --mode teacher-forced"),
        (("--mode", "own-history", "--seconds", "3"), "only with --mode teacher-forced"),
        (("--format", "dialogue"), "Did you mean 'dialogues'?"),
        (("--split", "test"), "none of its dialogues stands in the split 'test'"),
        (("--runs", "bot.yaml"), "cannot be made"),
        (("--jobs", "0"), "jobs"),
        (("none.jsonl",), "none.jsonl"),
    ],
)
def test_wrong_use_ends_with_status_2(finch: Path, arguments: tuple[str, ...], told: str) -> None:
    done = run("evaluate", "bot.yaml", "talks.yaml", *arguments, cwd=finch)
    assert done.returncode == 2
    assert told in " ".join(done.stderr.split())


def test_what_cannot_be_read_is_passed_over_when_asked_for_and_counted(finch: Path) -> None:
    good = '{"turns": [{"role": "user", "text": "hello"}, {"role": "bot", "text": "Hi."}]}\n'
    (finch / "talks.jsonl").write_text(f"{good}not JSON\n{good}", encoding="utf-8")
    stopped = run("evaluate", "bot.yaml", "talks.jsonl", cwd=finch)
    assert stopped.returncode == 2
    assert "talks.jsonl:2" in stopped.stderr
    done = run("evaluate", "bot.yaml", "talks.jsonl", "--on-error", "skip", cwd=finch)
    assert done.returncode == 0, done.stderr
    assert "1 item of talks.jsonl could not be read and was skipped" in done.stderr
    assert the_run(finch).info.dialogues == 2


# --- Published dialogues


@pytest.mark.parametrize(
    ("path", "limit", "turns"), [("multiwoz21/val.compact.jsonl", 20, 130), ("camrest676/data/dialogues.json", 20, 70)]
)
def test_published_dialogues_are_held_as_they_are(finch: Path, path: str, limit: int, turns: int) -> None:
    file = Path(os.environ.get("DIALOG_CORE_DATA", Path(__file__).parents[4] / "shared" / "data")) / path
    if not file.exists():
        pytest.skip("the shared data is not there")
    options = ("--split", "validation", "--limit", str(limit))
    for mode in ("teacher-forced", "own-history"):
        done = run("evaluate", "bot.yaml", file, *options, "--mode", mode, "--select", "10", "-j", "4", cwd=finch)
        assert done.returncode == 0, done.stderr
        found = find_runs(finch / "bot.yaml")[-1]
        assert len(found.answers()) == limit
        assert found.info.turns >= turns
        said = [turn for one in found.answers() for turn in one.turns if turn.reference]
        assert {turn.candidates for turn in said} == {10}
        if "camrest" in path:
            assert any("restaurant-area" in turn.state for turn in said)


def test_without_the_extra_nothing_is_asked_and_the_command_to_install_it_is_told(finch: Path) -> None:
    blocked = finch / "blocked"
    blocked.mkdir()
    (blocked / "sacrebleu.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'sacrebleu'\", name='sacrebleu')\n", encoding="utf-8"
    )
    path = os.pathsep.join(filter(None, (str(blocked), os.environ.get("PYTHONPATH", ""))))
    done = run("evaluate", "bot.yaml", "talks.yaml", cwd=finch, PYTHONPATH=path)
    assert done.returncode == 2
    assert "pip install 'dialog-core[evaluate]'" in done.stderr
    assert not (finch / "evaluations").exists()
