"""The recognizer `presidio`."""

import socket
import subprocess
import sys

import pytest

from dialog_core import Context
from dialog_core.interfaces import Recognizer
from tests.plugins.dialog_guards.measuring import measure
from tests.plugins.dialog_guards.pii_messages import messages

pytestmark = pytest.mark.slow  # importing Presidio takes seconds


@pytest.fixture(scope="module")
def presidio() -> Recognizer:
    pytest.importorskip("presidio_analyzer", reason="the extra `pii` is not installed")
    return Context(name="test").create("recognizer", {"use": "presidio", "with_builtin": False})  # type: ignore[no-any-return]


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no network: whoever asks for it fails."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_it_finds_what_its_patterns_say_without_a_network(presidio: Recognizer) -> None:
    text = "I am joe@example.com, card 4111 1111 1111 1111."

    assert [(one.kind, text[one.start : one.end]) for one in presidio.find(text, "en")] == [
        ("email", "joe@example.com"),
        ("credit_card", "4111 1111 1111 1111"),
    ]


def test_other_languages_it_leaves_to_the_built_in_patterns(presidio: Recognizer) -> None:
    both = Context(name="test").create("recognizer", "presidio")
    text = "我的邮箱是wang@example.cn"

    assert presidio.find(text, "zh") == []
    assert [one.kind for one in both.find(text, "zh")] == ["email"]


def test_what_either_finds_counts_and_nothing_overlaps(presidio: Recognizer) -> None:
    both = Context(name="test").create("recognizer", "presidio")
    text = "https://joe:pa55word@example.com from bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq, tel. 020 7946 0958"

    kinds = [one.kind for one in both.find(text, "en")]

    assert kinds == ["url_credentials", "crypto_wallet", "phone"]
    assert all(0 < one.score <= 1 for one in both.find(text, "en"))


def test_a_lone_surrogate_moves_nothing(presidio: Recognizer) -> None:
    text = "\ud800\ud800 joe@example.com"

    (one,) = presidio.find(text, "en")
    assert text[one.start : one.end] == "joe@example.com"


def test_with_the_built_in_patterns_it_is_as_good_as_they_are() -> None:
    both = Context(name="test").create("recognizer", "presidio")

    figures = measure(both, messages(200))

    assert figures.recall >= 0.95, figures.missed
    assert figures.precision >= 0.9, figures.false


def test_it_is_imported_when_a_text_comes_and_not_before() -> None:
    code = (
        "import sys; from dialog_core import Context; Context(name='t').create('recognizer', 'presidio'); "
        "sys.exit(any(name in sys.modules for name in ('presidio_analyzer', 'spacy', 'tldextract')))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
