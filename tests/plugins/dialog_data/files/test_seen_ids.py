"""Ids that there have been."""

import subprocess
import sys
import tracemalloc

from dialog_data.files.seen_ids import SeenIds


def test_an_id_is_new_once_and_its_first_line_is_known() -> None:
    seen = SeenIds()
    assert seen.add("a", 3)
    assert seen.add("b")
    assert not seen.add("a", 5)
    assert (seen.line("a"), seen.line("b"), seen.line("c"), len(seen)) == (3, 0, 0, 2)


def test_half_a_character_and_nothing_are_ids_as_well() -> None:
    seen = SeenIds()
    assert [seen.add(id) for id in ("\ud800", "", "\ud800", "")] == [True, True, False, False]


def test_many_ids_are_told_apart_in_little_memory() -> None:
    tracemalloc.start()
    try:
        seen = SeenIds()
        assert all(seen.add(f"dialogue-with-a-long-name-{number:060}", number) for number in range(30_000))
        assert tracemalloc.get_traced_memory()[0] < 40 * 30_000
    finally:
        tracemalloc.stop()
    assert not any(seen.add(f"dialogue-with-a-long-name-{number:060}") for number in range(30_000))
    assert seen.line(f"dialogue-with-a-long-name-{17_777:060}") == 17_777


def test_places_do_not_depend_on_the_process() -> None:
    code = "from dialog_data.files.seen_ids import _checksum; print(_checksum('a'))"
    found = {subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout for _ in range(2)}
    assert len(found) == 1
