"""Nothing personal is kept: not in the store, not in a trace, not in a log, not in what an endpoint is sent."""

import json
import logging
from pathlib import Path

import pytest

from dialog_core import Bot
from dialog_core.testing import ScriptedEndpoint, write_bot

SECRETS = {
    "en": ("01632 960123", "ann.miller@example.org", "4111 1111 1111 1111", "078-05-1120"),
    "zh": ("13912345678", "wang@example.com", "11010519491231002X", "6222 0212 3456 7890"),
}
SAID = {
    "en": (
        "appointment at riverside, any doctor, next tuesday, 9:00, my number is 01632 960123",
        "Ann Miller, ann.miller@example.org",
        "my card is 4111 1111 1111 1111 and my SSN is 078-05-1120, what is gout?",
        "my wife is unconscious, she is not breathing, call 01632 960123",
    ),
    "zh": (
        "预约滨河，都可以，下周二，九点，手机号13912345678",
        "王小明，邮箱 wang@example.com",
        "我的身份证号是11010519491231002X，什么是痛风",
        "他昏迷了，没有呼吸，快打13912345678",
    ),
}
OWN = """
extends: medical:bots/{language}.yaml
store: {{use: sqlite, path: kept.db}}
observers: [{{use: audit_log, path: audit.jsonl}}]
policies:
  - {{name: model, use: openai, base_url: "{url}", model: m, answer_ungrounded: true}}
dispatch: {{tiers: [[rules, flows, triage], [faq, library], [model]], deadline: 10s}}
"""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_personal_is_kept_anywhere(language: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), ScriptedEndpoint("I do not know.") as endpoint:
        with Bot.load(write_bot(tmp_path, OWN.format(language=language, url=endpoint.url))) as bot:
            replies = [bot.reply(text, conversation="c", user="u") for text in SAID[language]]
            traces = json.dumps([dict(reply.trace or {}) for reply in replies], ensure_ascii=False, default=str)
        sent = json.dumps([request.body for request in endpoint.requests], ensure_ascii=False)
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file()).decode("utf-8", "replace")
    assert sent != "[]"
    assert "[phone]" in stored
    for place, text in {
        "store": stored,
        "trace": traces,
        "request": sent,
        "log": caplog.text,
        "replies": repr(replies),
    }.items():
        for secret in SECRETS[language]:
            assert secret not in text, place
    assert "112" in replies[-1].text or "120" in replies[-1].text  # an emergency is one beside a number too


def test_the_name_is_there_for_the_appointment(tmp_path: Path) -> None:
    with Bot.load(write_bot(tmp_path, "extends: medical:bots/en.yaml\nstore: memory\n")) as bot:
        for text in SAID["en"][:2]:
            bot.reply(text, conversation="c")
        assert bot.conversation("c").slots["patient"] == "Ann Miller"


def test_a_kind_can_be_kept_where_a_practice_cannot_do_without_it(tmp_path: Path) -> None:
    own = "extends: medical:bots/en.yaml\nstore: memory\nguards:\n  - {name: personal_data, keep: phone}\n"
    with Bot.load(write_bot(tmp_path, own)) as bot:
        bot.reply("call me on 01632 960123 or write to ann@example.org", conversation="c")
        (message,) = [
            event.message.text for event in bot.conversation("c").events if type(event).__name__ == "UserSaid"
        ]
        assert message == "call me on 01632 960123 or write to [email]"
