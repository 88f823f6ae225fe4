from pathlib import Path

import pytest

from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import DialogueTurn
from dialog_core.testing import make_context

TESTS = """
tests:
  - name: 营业时间
    language: zh
    slots: {vip: true}
    steps:
      - bot: 您好！
      - user: 几点开门？
        bot: [九点。, 早上九点。]
        contains: /九/
        lacks: [十]
        policy: faq
        evidence: hours
        probability: '>= 0.5'
      - restart: true
      - {user: 谢谢, flow: null}
      - {user: 唱首歌, fallback: true}
"""


def test_conversation_tests_are_read_as_dialogues_that_say_what_is_expected(tmp_path: Path) -> None:
    file = tmp_path / "hours.tests.yaml"
    file.write_text(TESTS, encoding="utf-8")

    (dialogue,) = make_context().create("reader", "conversation_tests").read(file)

    assert (dialogue.id, dialogue.metadata) == ("营业时间", {"line": 3, "language": "zh", "slots": {"vip": True}})
    told = {"contains": ["/九/"], "lacks": ["十"], "policy": "faq", "evidence": "hours"}
    assert dialogue.turns == (
        DialogueTurn("bot", "您好！", {"expect": {"bot": ["您好！"]}, "line": 7}),
        DialogueTurn("user", "几点开门？", {"line": 8}),
        DialogueTurn("bot", "九点。", {"expect": {"bot": ["九点。", "早上九点。"], **told}, "line": 8}),
        DialogueTurn("user", "谢谢", {"line": 16}),
        DialogueTurn("bot", "", {"expect": {}, "line": 16}),
        DialogueTurn("user", "唱首歌", {"line": 17}),
        DialogueTurn("bot", "", {"expect": {"fallback": True}, "line": 17}),
    )


def test_mistakes_in_tests_are_told_when_they_are_read_to_learn_from(tmp_path: Path) -> None:
    file = tmp_path / "hours.tests.yaml"
    file.write_text("tests:\n  - name: a\n    steps: [{user: hi, sloots: {}}]\n", encoding="utf-8")

    with pytest.raises(ConfigurationError, match="Did you mean 'slots'"):
        list(make_context().create("reader", "conversation_tests").read(file))
