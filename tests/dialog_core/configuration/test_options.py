"""The types that options are made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from dialog_core.configuration import ConfigPath, Duration, Names, Options, Share, parse_yaml, validate


class Example(Options):
    path: ConfigPath | None = None
    wait: Duration = 1.0
    share: Share = 0.5
    names: Names = ()
    label: str = ""


def read(text: str, file: Path | None = None) -> Example:
    return validate(Example, parse_yaml(text, file))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5", 5.0),
        ("0", 0.0),
        ("0.3", 0.3),
        ("0.30", 0.3),
        ("300ms", 0.3),
        ("5s", 5.0),
        ("2m", 120.0),
        ("12h", 43_200.0),
        ("1d", 86_400.0),
        ("1.5h", 5_400.0),
        ("5 s", 5.0),
        ("'5s'", 5.0),
    ],
)
def test_a_duration_is_read_as_people_write_it(text: str, seconds: float) -> None:
    assert read(f"wait: {text}").wait == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["-1", "-5s", "soon", "5 minutes", "12:30", "true", "[5]", "1e5", ".inf", "''", "5S"])
def test_nonsense_is_no_duration_and_the_error_says_what_is(text: str) -> None:
    with pytest.raises(Exception, match=r"needs a duration.*300ms, 5s, 2m, 12h, 1d"):
        read(f"wait: {text}")


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_a_duration_ends(value: float) -> None:
    with pytest.raises(ValidationError, match="needs a duration"):
        Example(wait=value)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("0", 0.0),
        ("1", 1.0),
        ("0.02", 0.02),
        ("2%", 0.02),
        ("2 %", 0.02),
        ("'2%'", 0.02),
        ("0.5%", 0.005),
        ("100%", 1.0),
    ],
)
def test_a_share_is_read_as_a_number_or_a_percentage(text: str, share: float) -> None:
    assert read(f"share: {text}").share == pytest.approx(share)


@pytest.mark.parametrize(
    "text", ["-1", "1.01", "2", "200%", "-2%", "half", "1/2", "true", "[1]", ".inf", ".nan", "'%'"]
)
def test_nonsense_is_no_share_and_the_error_says_what_is(text: str) -> None:
    with pytest.raises(Exception, match=r"needs a share.*such as 2%"):
        read(f"share: {text}")


def test_a_relative_path_is_relative_to_the_file_that_names_it(tmp_path: Path) -> None:
    assert read("path: data/faq.yaml", tmp_path / "bot.yaml").path == tmp_path / "data" / "faq.yaml"
    assert read("path: ../faq.yaml", tmp_path / "configs" / "bot.yaml").path == (tmp_path / "faq.yaml").resolve()


def test_an_absolute_path_stays(tmp_path: Path) -> None:
    assert read(f"path: '{tmp_path / 'faq.yaml'}'", Path("elsewhere/bot.yaml")).path == tmp_path / "faq.yaml"


def test_a_tilde_is_the_home_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))

    assert read("path: ~/faq.yaml", Path("bot.yaml")).path == tmp_path / "faq.yaml"


def test_without_a_file_a_path_is_relative_to_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert Example(path="faq.yaml").path == Path.cwd() / "faq.yaml"  # type: ignore[arg-type]
    assert Example(path=Path("faq.yaml")).path == Path("faq.yaml")


@pytest.mark.parametrize("text", ["''", "' '", '"a\\0b"', "~nobody-of-this-name/x"])
def test_what_no_file_can_be_called_is_no_path(text: str) -> None:
    with pytest.raises(Exception, match=r"needs (a|the) path"):
        read(f"path: {text}")


@pytest.mark.parametrize(
    ("text", "names"),
    [("faq", ("faq",)), ("[a, b]", ("a", "b")), ("[]", ()), ("1.5", ("1.5",)), ("[1, 2.5]", ("1", "2.5"))],
)
def test_one_name_is_as_good_as_a_list(text: str, names: tuple[str, ...]) -> None:
    assert read(f"names: {text}").names == names


@pytest.mark.parametrize(
    ("text", "label"),
    [("1.5", "1.5"), ("1.50", "1.50"), ("007", "007"), ("12", "12"), ("yes", "yes"), ("-0.0", "-0.0")],
)
def test_text_needs_no_quotes_because_it_looks_like_a_number(text: str, label: str) -> None:
    assert read(f"label: {text}").label == label


def test_options_refuse_unknown_keys_and_never_change() -> None:
    with pytest.raises(ValidationError):
        Example(unknown=1)  # type: ignore[call-arg]
    with pytest.raises(ValidationError):
        Example().label = "x"


def test_the_schema_says_what_editors_need() -> None:
    properties: dict[str, Any] = Example.model_json_schema()["properties"]

    assert properties["path"]["anyOf"][0] == {"format": "path", "type": "string"}
    assert properties["wait"]["anyOf"] == [
        {"type": "number", "minimum": 0},
        {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?\s*(ms|s|m|h|d)?$"},
    ]
    assert properties["names"]["anyOf"] == [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
    assert Example.model_json_schema()["additionalProperties"] is False
