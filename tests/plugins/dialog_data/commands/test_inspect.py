"""`dialog-core data inspect`, as people run it."""

from pathlib import Path

import pytest

from tests.dialog_core.cli.command import run
from tests.plugins.dialog_data.sources.formats import MULTIWOZ
from tests.plugins.dialog_data.sources.set_formats import BRAUN_NLU, MEDQUAD, SETS, SQUAD, Format


def test_a_dialogue_is_shown_as_a_chat_with_what_it_does_and_what_is_known(tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text(MULTIWOZ.text(MULTIWOZ.items))
    done = run("data", "inspect", "data.json", "--limit", "1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "multiwoz (recognized by what stands in it)" in done.stdout
    assert "3 dialogues" in done.stdout
    assert "12: 6 user, 6 bot" in done.stdout
    said = [line.split(maxsplit=1) for line in done.stdout.splitlines() if line.lstrip().startswith(("user ", "bot "))]
    assert [who for who, _ in said] == ["user", "bot", "user", "bot"]
    assert said[1][1].strip() == "How many stars should it have?"
    assert "state  hotel-area=east" in done.stdout
    assert "dialog-core data convert data.json" in done.stdout


def test_a_labelled_text_shows_its_entities_and_its_label(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(BRAUN_NLU.text(BRAUN_NLU.items))
    done = run("data", "inspect", "c.json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "i want to go to [garching](Station)" in done.stdout
    assert "→ FindConnection" in done.stdout
    coloured = run("data", "inspect", "c.json", cwd=tmp_path, FORCE_COLOR="1", NO_COLOR="")
    assert "\x1b[1;4;36mgarching" in coloured.stdout


def test_an_entry_shows_question_and_answer_and_how_to_make_a_faq_of_it(tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_text(MEDQUAD.text(MEDQUAD.items))
    done = run("data", "inspect", "m.jsonl", "-n", "1", cwd=tmp_path)
    assert "What is gout ?" in done.stdout
    assert "A disease, says 1-1 here." in done.stdout
    assert "dialog-core data convert m.jsonl faq.yaml --to faq" in done.stdout


@pytest.mark.parametrize("format", SETS, ids=lambda one: f"{one.reader}-{one.name}")
def test_every_set_can_be_looked_at(format: Format, tmp_path: Path) -> None:
    (tmp_path / format.name).write_text(format.text(format.items), encoding="utf-8")
    done = run("data", "inspect", format.name, "--format", format.reader, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"{format.reader} (as you said)" in done.stdout


def test_mistakes_are_told_and_what_is_sound_is_shown(tmp_path: Path) -> None:
    items = [MULTIWOZ.items[0], MULTIWOZ.broken, MULTIWOZ.items[1]]
    (tmp_path / "data.json").write_text(MULTIWOZ.text(items))
    done = run("data", "inspect", "data.json", "-n", "0", cwd=tmp_path)
    assert done.returncode == 0
    assert "2 dialogues" in done.stdout
    assert f"data.json:{MULTIWOZ.line(items, 1)}" in done.stderr
    assert "1 item passed over" in done.stderr
    assert "--on-error skip" in done.stdout


def test_of_a_large_file_only_the_beginning_is_read(tmp_path: Path) -> None:
    with (tmp_path / "many.csv").open("w") as file:
        file.write("text,intent\n")
        file.writelines(f"text {number},label\n" for number in range(60_000))
        file.write('"this is the end')  # a mistake that nobody gets to
    done = run("data", "inspect", "many.csv", "-n", "1", cwd=tmp_path)
    assert done.returncode == 0
    assert "50,000 labelled texts or more (--all counts them)" in done.stdout
    assert done.stderr == ""


def test_what_nobody_knows_is_said_to_be_unknown(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"weather": "fine"}')
    done = run("data", "inspect", "x.json", cwd=tmp_path)
    assert done.returncode == 2
    assert "no format is recognized in JSON whose first object has the keys 'weather'" in done.stderr


def test_control_characters_in_a_file_do_nothing_to_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("text,intent\n\x1b]0;owned\x07hi [bold]there[/bold],\x1b[2Jgreet\n")
    done = run("data", "inspect", "x.csv", cwd=tmp_path)
    assert "\x1b" not in done.stdout
    assert "[bold]there[/bold]" in done.stdout


def test_options_of_a_format_go_with_what_to_do_next(tmp_path: Path) -> None:
    (tmp_path / "dev.json").write_text(SQUAD.text(SQUAD.items))
    arguments = ("--format", "squad", "--option", "items=questions")
    done = run("data", "inspect", "dev.json", *arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "3 labelled texts" in done.stdout
    assert "dialog-core data stats dev.json --format squad --option items=questions" in done.stdout
    stats = run("data", "stats", "dev.json", *arguments, cwd=tmp_path)
    assert "3 labels" in stats.stdout


def test_a_format_that_nobody_knows_is_answered_with_those_there_are(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text,intent\nhi,greet\n", encoding="utf-8")
    done = run("data", "inspect", "a.csv", "--format", "xyzzy", cwd=tmp_path)
    assert done.returncode == 2
    assert "there is no reader named 'xyzzy'. Known: " in done.stderr
    assert "labelled" in done.stderr


def test_an_option_of_a_format_asks_for_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("text,intent\né,greet\n".encode("cp1252"))
    assert run("data", "inspect", "a.csv", "--option", "encoding=cp1252", cwd=tmp_path).returncode == 0
    done = run("data", "inspect", "a.csv", "--option", "delimiter=;", cwd=tmp_path)
    assert done.returncode == 2
    assert "name the format that has 'delimiter': --format NAME" in " ".join(done.stderr.split())
