"""Lines piped in, replies piped out, and nothing else."""

import subprocess

import pytest

from tests.plugins.dialog_terminal.processes import PATIENCE, command, environment, piped


def test_each_reply_is_a_block_of_text_and_nothing_else() -> None:
    done = piped("hi\n\nhow are you\n")

    assert done.stdout.decode() == "Hello!\n\nYou said: hi\n\nYou said: how are you\n\n"
    assert done.stderr == b""
    assert done.returncode == 0


def test_the_last_line_needs_no_end() -> None:
    assert piped("hi").stdout.decode() == "Hello!\n\nYou said: hi\n\n"


def test_sources_and_quick_replies_are_numbered_and_a_number_picks() -> None:
    done = piped("menu\n2\n")

    assert done.stdout.decode() == ("Hello!\n\nWhat **now**?\n\n[1] a\n\n1) Where is it?\n2) Bye\n\nYou said: Bye\n\n")


def test_commands_work_and_what_the_chat_itself_says_goes_to_standard_error() -> None:
    done = piped("hi\n/explain\n/good\n/nonsense\n/quit\nnever said\n")

    assert "✓  faq" in done.stdout.decode()
    assert "never said" not in done.stdout.decode()
    assert done.stderr.decode().startswith("Noted as a good reply. Thank you.\n\nThere is no command /nonsense.")


def test_no_escape_code_comes_through_even_from_a_hostile_reply() -> None:
    done = piped("evil\n/explain\n/history\n/help\n")

    assert b"red [red]markup[/red] bank" in done.stdout
    assert b"\x1b" not in done.stdout
    assert "\x9b" not in done.stdout.decode()


def test_a_turn_that_fails_does_not_end_the_chat() -> None:
    done = piped("boom\nhi\n")

    assert done.stdout.decode() == "Hello!\n\nI do not know.\n\nYou said: hi\n\n"


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert "You said: caf\N{REPLACEMENT CHARACTER}" in piped(b"caf\xe9\n").stdout.decode()


def test_an_output_that_cannot_carry_a_character_gets_a_question_mark() -> None:
    done = piped("/help\n", env={"PYTHONIOENCODING": "ascii"})

    assert b"? brings back" in done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize("lines", [1, 500])
def test_a_reader_that_has_had_enough_ends_the_chat_quietly(lines: int) -> None:
    process = subprocess.Popen(
        command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    with process.stdin, process.stderr:
        try:
            process.stdin.write(b"hi\n" * lines)
            process.stdin.close()
        except BrokenPipeError:
            pass
        assert process.stderr.read() == b""
        assert process.wait(PATIENCE) == 0
