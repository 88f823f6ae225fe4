"""What components make of what they are given: complete or not at all, one at a time, and kept apart."""

import multiprocessing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from dialog_core import ArtefactError, Context, TrainingError
from dialog_core.testing import make_context
from dialog_core.training import Artefact, BuiltFiles, SilentProgress

FINGERPRINT = "0123456789abcdef"


def context_in(directory: Path) -> Context:
    return make_context("search", models=directory / "models")


def writes(text: str, **details: Any) -> Callable[[Path], Mapping[str, Any]]:
    def write(directory: Path) -> Mapping[str, Any]:
        (directory / "more").mkdir()
        (directory / "more" / "words.txt").write_text(text)
        return details

    return write


def make(files: BuiltFiles, text: str = "words", **settings: Any) -> Artefact:
    return files.make(FINGERPRINT, writes(text), SilentProgress(), **settings)


def text_of(artefact: Artefact | None) -> str:
    assert artefact is not None
    return artefact.path("more/words.txt").read_text()


def test_what_was_made_is_found_with_what_is_told_about_it(tmp_path: Path) -> None:
    files = BuiltFiles(context_in(tmp_path), "index")
    assert files.current() is None
    assert not (tmp_path / "models").exists()

    made = files.make(FINGERPRINT, writes("words", documents=3), SilentProgress(), use="bm25")

    found = BuiltFiles(context_in(tmp_path), "index").current()
    assert found is not None
    assert found.directory == made.directory == tmp_path / "models" / "search" / "index" / FINGERPRINT
    assert text_of(found) == "words"
    assert found.manifest.details == {"documents": 3}
    assert (found.manifest.component, found.manifest.use) == ("search", "bm25")
    assert files.pointer.exists()


def test_kinds_and_components_are_kept_apart(tmp_path: Path) -> None:
    context = context_in(tmp_path)
    make(BuiltFiles(context, "index"), "one")
    make(BuiltFiles(context, "vectors"), "two")
    make(BuiltFiles(context.named("other"), "index"), "three")
    assert text_of(BuiltFiles(context, "index").current()) == "one"
    assert text_of(BuiltFiles(context, "vectors").current()) == "two"


def test_the_one_before_is_kept_for_those_who_have_it_open_and_older_ones_are_not(tmp_path: Path) -> None:
    files = BuiltFiles(context_in(tmp_path), "index")
    made = [make(files, str(number)) for number in range(4)]
    assert text_of(files.current()) == "3"
    assert [artefact.directory.exists() for artefact in made] == [False, False, True, True]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ValueError("a bug"), KeyboardInterrupt()])
def test_what_fails_half_way_leaves_no_trace(tmp_path: Path, error: BaseException) -> None:
    files = BuiltFiles(context_in(tmp_path), "index")
    make(files, "before")

    def fails(directory: Path) -> Mapping[str, Any]:
        (directory / "half").write_text("half")
        raise error

    expected = TrainingError if isinstance(error, OSError) else type(error)
    with pytest.raises(expected) as raised:
        files.make("fedcba9876543210", fails, SilentProgress())

    if isinstance(error, OSError):
        assert str(raised.value) == (
            "'search' could not be built: No space left on device. What was in use stays in use. See to it, and run "
            "the same again."
        )
    assert text_of(files.current()) == "before"
    left = {path.name for path in files.pointer.parent.iterdir()}
    assert left == {FINGERPRINT, "current.json", ".lock"}


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    with pytest.raises(TrainingError, match=r"'search' could not be built: .*models/search"):
        make(BuiltFiles(context_in(tmp_path), "index"))


def test_damage_is_told_with_the_remedy(tmp_path: Path) -> None:
    files = BuiltFiles(context_in(tmp_path), "index", remedy="Run: dialog-core knowledge build bot.yaml")
    made = make(files)
    (made.directory / "more" / "words.txt").write_text("other words")
    with pytest.raises(ArtefactError, match=r"words.txt is damaged: .* Run: dialog-core knowledge build bot.yaml$"):
        files.current()
    files.pointer.write_text("[]")
    with pytest.raises(ArtefactError, match=r"current.json is damaged: .* Run: dialog-core knowledge build bot.yaml$"):
        files.current()

    assert text_of(make(files, "anew")) == "anew"
    assert text_of(files.current()) == "anew"


def test_what_another_made_meanwhile_will_do(tmp_path: Path) -> None:
    files = BuiltFiles(context_in(tmp_path), "index")
    first = make(files, "first")
    assert make(files, "second", already=lambda: first) is first
    assert text_of(files.current()) == "first"


def _make_in_another_process(directory: Path, started: Any, go_on: Any) -> None:
    def write(workplace: Path) -> Mapping[str, Any]:
        started.set()
        assert go_on.wait(30)
        return writes("theirs")(workplace)

    BuiltFiles(context_in(directory), "index").make(FINGERPRINT, write, SilentProgress())


def test_another_process_that_makes_the_same_is_waited_for(tmp_path: Path) -> None:
    processes = multiprocessing.get_context("spawn")
    started, go_on = processes.Event(), processes.Event()
    other = processes.Process(target=_make_in_another_process, args=(tmp_path, started, go_on))
    other.start()
    assert started.wait(60)
    files = BuiltFiles(context_in(tmp_path), "index")

    class Progress(SilentProgress):
        def note(self, text: str) -> None:
            super().note(text)
            go_on.set()

    progress = Progress()
    made = files.make(FINGERPRINT, writes("ours"), progress, already=files.current)
    other.join()

    assert progress.notes == ["waiting for another process that makes the same"]
    assert text_of(made) == "theirs"
