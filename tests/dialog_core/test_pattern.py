import pytest
from pydantic import TypeAdapter, ValidationError

from dialog_core.pattern import Parts, stands_in

parts = TypeAdapter(Parts)


@pytest.mark.parametrize(
    ("part", "text", "there"),
    [
        ("AF204817", "order AF204817.", True),
        ("af204817", "order AF204817.", False),
        ("/AF[0-9]{6}/", "order AF204817.", True),
        ("/^AF/", "order AF204817.", False),
        ("/(?i)ORDER/", "order AF204817.", True),
        ("10/12", "on 10/12", True),
        ("/", "a/b", True),
        ("//", "a//b", True),
        ("你好", "您好，你好", True),
    ],
)
def test_a_part_of_a_text_or_an_expression_between_slashes(part: str, text: str, there: bool) -> None:
    assert stands_in(part, text) is there


def test_one_part_may_stand_without_a_list() -> None:
    assert parts.validate_python("a") == ("a",)
    assert parts.validate_python(["a", "b"]) == ("a", "b")


def test_an_expression_that_is_none_is_refused_before_anything_is_run() -> None:
    with pytest.raises(ValidationError, match="is no regular expression"):
        parts.validate_python(["/(/"])


def test_an_expression_that_takes_for_ever_does_not_match() -> None:
    assert stands_in("/^(a|a)*(?:b|c)+\\1{3}$/", "a" * 5000) is False
