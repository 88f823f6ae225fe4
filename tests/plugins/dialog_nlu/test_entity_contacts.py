"""E-mail and web addresses, and telephone numbers."""

import pytest

from tests.plugins.dialog_nlu.finding import finder, pieces, values


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mail Ann.Lee+x@Example.co.uk.", ["Ann.Lee+x@example.co.uk"]),
        ("我的邮箱是a@b.cn，谢谢", ["a@b.cn"]),
        ("ａ@ｂ.cn", ["a@b.cn"]),
        ("a@b.com or c@d.org", ["a@b.com", "c@d.org"]),
        ("a@b, @home, a@@b.com, .a@b.com.", []),
    ],
)
def test_email_addresses(text: str, found: list[str]) -> None:
    assert values(finder(["email"]), text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("+49 170 1234567", ["+491701234567"]),
        ("0049 170 1234567", ["+491701234567"]),
        ("(555) 123-4567", ["5551234567"]),
        ("555-123-4567", ["5551234567"]),
        ("030/1234567", ["0301234567"]),
        ("电话13800138000谢谢", ["13800138000"]),
        ("１３８００１３８０００", ["13800138000"]),
        ("order 1234567", []),
        ("2026-11-27", []),
        ("12.11.2026", []),
        ("1,000,000", []),
        ("1234567890123456", []),
    ],
)
def test_telephone_numbers(text: str, found: list[str]) -> None:
    assert values(finder(["phone"]), text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://example.com/a?b=c, ok", "https://example.com/a?b=c"),
        ("example.com/help!", "https://example.com/help"),
        ("看www.example.cn。", "https://www.example.cn"),
        ("(https://en.wikipedia.org/wiki/Bot_(chat))", "https://en.wikipedia.org/wiki/Bot_(chat)"),
    ],
)
def test_web_addresses(text: str, found: str) -> None:
    assert values(finder(["url"]), text) == [found]


def test_an_email_address_is_no_web_address() -> None:
    assert pieces(finder(["url"]), "ann@example.com") == []
