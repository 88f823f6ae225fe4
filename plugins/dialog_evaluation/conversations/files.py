"""Which files have tests, and what they hold: conversation tests and every form that a plugin has registered."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from dialog_core.configuration import ConfigurationError, Problem, missing_file
from dialog_evaluation.conversations.foreign import AnyTest, Form, form_of, read_foreign
from dialog_evaluation.conversations.test_file import SUFFIXES, read_tests

BOT_FILES = ("bot.yaml", "bot.yml")  # what a bot file is called in a folder of its own
TESTS_FOLDER = "tests"  # where a bot has its tests, beside its file


def bot_file(path: Path) -> Path:
    """Return the bot file that is meant: it itself, or `bot.yaml` in this folder.

    Raises:
        ConfigurationError: The folder has none.
    """
    if not path.is_dir():
        return path
    found = next((path / name for name in BOT_FILES if (path / name).is_file()), None)
    if found is None:
        raise ConfigurationError([Problem(f"there is no {BOT_FILES[0]} in this folder", path, remedy="Name the file.")])
    return found


def tests_of(bot: Path) -> Path:
    """Return where a bot's tests are if nobody says: the folder `tests` beside its file, or else its own."""
    beside = bot.parent / TESTS_FOLDER
    return beside if beside.is_dir() else bot.parent


def find_files(paths: Sequence[Path], forms: Sequence[Form] = ()) -> list[Path]:
    """Return the files of tests that are named or lie in a folder that is, each once.

    Raises:
        ConfigurationError: A path does not exist, or a folder holds no tests.
    """
    endings = (*SUFFIXES, *(ending for form in forms for ending in form.suffixes))
    found: dict[Path, None] = {}
    problems: list[Problem] = []
    for path in paths:
        if not path.is_dir():
            if path.exists():
                found[path] = None
            else:
                problems.append(missing_file(path))
            continue
        inside = sorted(_inside(path, endings))
        if not inside:
            named = " or ".join(dict.fromkeys((SUFFIXES[0], *(form.suffixes[0] for form in forms))))
            remedy = f"Files of tests end in {named}; name one of another name itself."
            problems.append(Problem("there are no conversation tests in this folder", path, remedy=remedy))
        found.update(dict.fromkeys(inside))
    if problems:
        raise ConfigurationError(problems)
    return list(found)


def _inside(folder: Path, endings: tuple[str, ...]) -> Iterator[Path]:
    """Yield the files below a folder that end so; what is hidden (an environment, a checkout) is none of its own."""
    for file in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        if file.name.endswith(endings) and not hidden and file.is_file():
            yield file


def read_files(files: Sequence[Path], forms: Sequence[Form]) -> list[AnyTest]:
    """Return the tests of all files; raise ConfigurationError with every mistake of every file."""
    tests: list[AnyTest] = []
    problems: list[Problem] = []
    for file in files:
        form = form_of(file, forms)
        try:
            tests.extend(read_tests([file]) if form is None else read_foreign(file, form))
        except ConfigurationError as error:
            problems.extend(error.problems)
    if problems:
        raise ConfigurationError(problems)
    return tests
