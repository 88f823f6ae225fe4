"""The documentation's tests notice what is wrong with a page: a test that lets everything pass proves nothing."""

from pathlib import Path

import pytest

from tests.docs.blocks import blocks_of
from tests.docs.pages import Page

RULES = """
```yaml title="rules.yaml"
rules:
  - {name: greet, when: hello, say: "Hello!"}
```
"""
BOT = """
```yaml title="bot.yaml"
version: 1
policies: [{use: rules, path: rules.yaml}]
```
"""


def check(text: str, tmp_path: Path) -> None:
    written = tmp_path / "page.md"
    written.write_text(text, encoding="utf-8")
    page = Page(tmp_path)
    try:
        for block in blocks_of(written):
            page.run(block)
        page.check_bots()
    finally:
        page.close()


def test_a_page_without_mistakes_passes(tmp_path: Path) -> None:
    talk = "```console\n$ dialog-core chat bot.yaml\n...\n> hello\nHello!\n...\n```\n"
    python = "```python\nprint(1 + 1)\n```\n<!-- output -->\n```text\n2\n```\n"
    check(RULES + BOT + talk + python, tmp_path)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("```\nwhat is this?\n```\n", "nobody checks this language"),
        ("```ruby\nputs 1\n```\n", "nobody checks this language"),
        ("```python\nprint(1)\n", "is not closed"),
        ("```python\n1 / 0\n```\n", "ZeroDivisionError"),
        ("```python\nprint(1)\n```\n<!-- output -->\n```text\n2\n```\n", "and not"),
        ("<!-- output -->\n```text\n2\n```\n", "no Python block stands before"),
        ("```console\n$ echo one\ntwo\n```\n", "and not"),
        ("```console\n$ false\n```\n", "ended with 1"),
        ("```console\nno command\n```\n", "has to begin with"),
        ('```yaml title="bot.yaml"\nversion: 1\npolicies: [{use: rulez}]\n```\n', "Did you mean 'rules'?"),
        ("```yaml\ndispach: {accept_at: 0.8}\n```\n", "Did you mean 'dispatch'?"),
        ("```yaml\nrules:\n  - {name: greet, when: '[hello', say: Hello!}\n```\n", "is never closed"),
        (f"<!-- wrong on purpose -->{BOT}{RULES}", "finds nothing"),
        ("<!-- append: rules.yaml -->\n```yaml\n  - {}\n```\n", "there is no rules.yaml"),
    ],
)
def test_a_mistake_on_a_page_is_noticed(text: str, complaint: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError) as caught:
        check(text, tmp_path)
    assert complaint in str(caught.value)


@pytest.mark.parametrize("text", ["```toml\na = \n```\n", "```json\n{'a': 1}\n```\n"])
def test_files_of_data_have_to_be_readable(text: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="line 1"):
        check(text, tmp_path)
