"""An audit log is as it was written, or it shows that it is not."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import Bot
from dialog_core.configuration import ConfigurationError
from dialog_core.testing import NASTY_TEXTS, write_bot
from dialog_guards.audit.chain import BEGINNING, chained, verified
from dialog_guards.audit.file import ChainFile

BOT = """
    version: 1
    policies: [{use: rules, path: rules.yaml}]
    guards: [{use: pii}]
    observers: [{use: audit_log, path: audit.jsonl}]
    """
RULES = {"rules.yaml": "rules: [{name: hello, when: hello, say: Hi!}]"}


def entries(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def run(*arguments: object) -> "subprocess.CompletedProcess[str]":
    program = Path(sys.executable).with_name("dialog-core")
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False)


def write_chain(path: Path, count: int) -> list[str]:
    file = ChainFile(path, synchronous=False)
    for number in range(count):
        file.add({"number": number})
    file.close()
    return path.read_text(encoding="utf-8").splitlines()


def test_a_turn_is_a_line_with_what_was_said_and_why(tmp_path: Path) -> None:
    with Bot.load(write_bot(tmp_path, BOT, **RULES)) as bot:
        bot.reply("hello, I am ann@example.com", conversation="c", user="u")
        bot.reply("what?", conversation="c", user="u")
    first, second = entries(tmp_path / "audit.jsonl")
    assert {name: first[name] for name in ("conversation", "user", "message", "reply", "policy")} == {
        "conversation": "c",
        "user": "u",
        "message": "hello, I am [email]",
        "reply": "Hi!",
        "policy": "rules",
    }
    assert first["parts"] == ["guard pii: rewrote the text"]
    assert second["policy"] == "fallback"
    assert second["previous"] == first["checksum"]


@pytest.mark.parametrize(("texts", "there"), [("hashed", {"message_sha256", "reply_sha256"}), ("none", set())])
def test_what_was_said_need_not_be_written_down(tmp_path: Path, texts: str, there: set[str]) -> None:
    bot = BOT.replace("audit.jsonl", f"audit.jsonl, texts: {texts}")
    with Bot.load(write_bot(tmp_path, bot, **RULES)) as loaded:
        loaded.reply("hello")
    (entry,) = entries(tmp_path / "audit.jsonl")
    assert {name for name in entry if name.startswith(("message", "reply"))} - {"message_id"} == there


def test_any_text_is_one_line_that_holds(tmp_path: Path) -> None:
    with Bot.load(write_bot(tmp_path, BOT, **RULES)) as bot:
        for text in NASTY_TEXTS.values():
            bot.reply(text, user=text[:50])
    found = run("audit", "verify", tmp_path / "audit.jsonl")
    assert found.returncode == 0, found.stderr
    assert found.stdout.startswith(f"{len(NASTY_TEXTS)} lines are as they were written.")


@given(
    st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=20) | st.integers(), max_size=3), max_size=8),
    st.data(),
)
def test_whatever_is_changed_or_removed_is_found(values: list[dict[str, Any]], data: st.DataObject) -> None:
    lines, last = [], BEGINNING
    for value in values:
        line, last = chained({"entry": value}, last)
        lines.append(line)
    whole = verified(lines)
    assert (whole.lines, whole.last, whole.problem) == (len(lines), last, "")
    if len(lines) > 1:
        place = data.draw(st.integers(0, len(lines) - 2))
        assert verified([*lines[:place], *lines[place + 1 :]]).lines == place
        changed = lines[place].replace('"entry"', '"Entry"', 1)
        assert verified([*lines[:place], changed, *lines[place + 1 :]]).problem


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda lines: [lines[0], lines[2]], ":2: it does not follow the line before"),
        (lambda lines: [lines[0], lines[1].replace('"number":1', '"number":7'), lines[2]], ":2: it was changed"),
        (lambda lines: [*lines, "nonsense"], ":4: it is no line of an audit log"),
    ],
)
def test_the_command_tells_the_first_line_that_does_not_hold(tmp_path: Path, change: Any, told: str) -> None:
    log = tmp_path / "audit.jsonl"
    log.write_text("\n".join(change(write_chain(log, 3))) + "\n", encoding="utf-8")
    found = run("audit", "verify", log)
    assert found.returncode == 1
    assert told in found.stderr


def test_an_end_that_was_cut_off_is_found_by_the_checksum_kept_elsewhere(tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    lines = write_chain(log, 3)
    last = json.loads(lines[-1])["checksum"]
    assert run("audit", "verify", log, "--last", last).returncode == 0
    log.write_text("\n".join(lines[:2]) + "\n", encoding="utf-8")
    assert run("audit", "verify", log).returncode == 0
    found = run("audit", "verify", log, "--last", last)
    assert found.returncode == 1
    assert "its end was cut off, or it was written anew" in found.stderr


def test_half_a_line_of_a_process_that_was_killed_is_taken_out_and_told(tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    write_chain(log, 2)
    with log.open("a", encoding="utf-8") as file:
        file.write('{"number":2,"prev')
    write_chain(log, 1)
    assert [entry.get("was", entry.get("number")) for entry in entries(log)] == [0, 1, '{"number":2,"prev', 0]
    assert not verified(log.read_text(encoding="utf-8").splitlines()).problem


def test_several_write_one_chain(tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    threads = [threading.Thread(target=write_chain, args=(log, 40)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = verified(log.read_text(encoding="utf-8").splitlines())
    assert (found.lines, found.problem) == (160, "")


def test_a_file_that_is_something_else_is_not_added_to(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").write_text("my diary\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="its last line is none of an audit log"):
        Bot.load(write_bot(tmp_path, BOT, **RULES))
    assert (tmp_path / "audit.jsonl").read_text(encoding="utf-8") == "my diary\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
def test_a_full_disk_costs_the_line_and_not_the_reply(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with Bot.load(write_bot(tmp_path, BOT, **RULES)) as bot:
        bot.reply("hello")
        with monkeypatch.context() as patch:
            patch.setattr("dialog_guards.audit.file.os.write", full)
            assert bot.reply("hello").text == "Hi!"
        bot.reply("hello")
    assert len(entries(tmp_path / "audit.jsonl")) == 2
    assert not verified((tmp_path / "audit.jsonl").read_text(encoding="utf-8").splitlines()).problem


def test_a_log_that_was_moved_away_goes_on_in_a_new_file_that_says_after_what(tmp_path: Path) -> None:
    log, old = tmp_path / "audit.jsonl", tmp_path / "audit.jsonl.1"
    with Bot.load(write_bot(tmp_path, BOT, **RULES)) as bot:
        bot.reply("hello")
        log.rename(old)
        bot.reply("hello")
        bot.reply("hello")
    (before,) = entries(old)
    begins, *others = entries(log)
    assert (begins["event"], begins["after"]) == ("a new file begins", before["checksum"])
    assert [entry["reply"] for entry in others] == ["Hi!", "Hi!"]
    for file in (old, log):
        assert not verified(file.read_text(encoding="utf-8").splitlines()).problem


def test_a_log_that_was_emptied_says_so(tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    file = ChainFile(log, synchronous=False)
    file.add({"number": 1})
    (first,) = entries(log)
    log.write_text("", encoding="utf-8")
    file.add({"number": 2})
    file.close()
    assert [(entry.get("after"), entry.get("number")) for entry in entries(log)] == [
        (first["checksum"], None),
        (None, 2),
    ]
    assert not verified(log.read_text(encoding="utf-8").splitlines()).problem


def test_several_processes_write_one_chain(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from dialog_guards.audit.file import ChainFile
file = ChainFile(Path(sys.argv[1]), synchronous=False)
for number in range(50):
    file.add({"by": sys.argv[2], "number": number})
"""
    log = tmp_path / "audit.jsonl"
    writers = [subprocess.Popen([sys.executable, "-c", program, str(log), name]) for name in "abc"]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    found = verified(log.read_text(encoding="utf-8").splitlines())
    assert (found.lines, found.problem) == (150, "")


@pytest.mark.parametrize("locking", [True, False], ids=["with file locks", "without, as on Windows"])
def test_a_bot_that_is_loaded_anew_goes_on_with_the_log_while_the_old_one_still_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locking: bool
) -> None:
    if not locking:
        monkeypatch.setattr("dialog_guards.audit.file.fcntl", None)
    path = write_bot(tmp_path, BOT, **RULES)
    with Bot.load(path) as old:
        old.reply("hello")
        with Bot.load(path) as new:
            threads = [
                threading.Thread(target=lambda bot=bot: [bot.reply("hello") for _ in range(20)]) for bot in (old, new)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            old.close()
            new.reply("hello")
    found = verified((tmp_path / "audit.jsonl").read_text(encoding="utf-8").splitlines())
    assert (found.lines, found.problem) == (42, "")


def test_after_it_was_closed_nothing_is_written_to_whatever_file_has_its_number_now(tmp_path: Path) -> None:
    file = ChainFile(tmp_path / "audit.jsonl", synchronous=False)
    file.close()
    file.close()
    with (tmp_path / "other.txt").open("w", encoding="utf-8"), pytest.raises(OSError, match="has been closed"):
        file.add({"number": 1})
    assert (tmp_path / "other.txt").read_bytes() == b""


def test_a_place_where_no_log_can_be_is_a_mistake_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").mkdir()
    with pytest.raises(ConfigurationError, match=r"audit\.jsonl: cannot be written: Is a directory"):
        Bot.load(write_bot(tmp_path, BOT, **RULES))
    with pytest.raises(ConfigurationError, match=r"cannot be written: .*bot\.yaml is no folder"):
        ChainFile(tmp_path / "bot.yaml" / "audit.jsonl", synchronous=False)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_no_log(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigurationError, match="no ordinary file"):
        ChainFile(tmp_path / "pipe", synchronous=False)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everything")
def test_a_file_that_may_only_be_read_is_a_mistake(tmp_path: Path) -> None:
    write_chain(tmp_path / "audit.jsonl", 1)
    (tmp_path / "audit.jsonl").chmod(0o400)
    with pytest.raises(ConfigurationError, match="Permission denied"):
        Bot.load(write_bot(tmp_path, BOT, **RULES))


@pytest.mark.parametrize("texts", ["hashed", "none"])
def test_where_texts_are_left_out_no_reason_quotes_them(tmp_path: Path, texts: str) -> None:
    bot = BOT.replace("audit.jsonl", f"audit.jsonl, texts: {texts}").replace(
        "[{use: pii}]", "[{use: topics, denied: [{name: medical, patterns: [ibuprofen]}]}]"
    )
    with Bot.load(write_bot(tmp_path, bot, **RULES)) as loaded:
        loaded.reply("ibuprofen, please")
    assert "ibuprofen" not in (tmp_path / "audit.jsonl").read_text(encoding="utf-8")
    (entry,) = entries(tmp_path / "audit.jsonl")
    assert entry["parts"] == ["guard topics: refused"]
    assert entry["reason"] == "an input guard answered"


def test_a_checksum_that_somebody_has_merely_said_is_not_that_of_a_line(tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    last = json.loads(write_chain(log, 2)[-1])["checksum"]
    log.unlink()
    file = ChainFile(log, synchronous=False)
    file.add({"message": last})
    file.close()
    assert run("audit", "verify", log, "--last", last).returncode == 1


def test_of_a_log_that_was_rotated_it_is_told_which_file_comes_before(tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    file = ChainFile(log, synchronous=False)
    file.add({"number": 1})
    log.rename(tmp_path / "old.jsonl")
    file.add({"number": 2})
    file.close()
    before = run("audit", "verify", tmp_path / "old.jsonl").stdout.split()[-1]
    done = run("audit", "verify", log, "--last", before)
    assert done.returncode == 0, done.stderr
    assert f"It goes on after another file, whose last checksum is {before}" in done.stdout
