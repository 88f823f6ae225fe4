"""What the README shows works: the bots of ten lines, and the back end of one's own."""

import importlib
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import dialog_customer_service
from dialog_core import Bot
from dialog_core.testing import TestChat
from dialog_customer_service.shop import ShopError, choosing

PROJECT = Path(__file__).parents[1]


def blocks(readme: str) -> dict[str, str]:
    """Return the files that a README shows, by name."""
    text = (PROJECT / readme).read_text("utf-8")
    return dict(re.findall(r'```\w+ title="([^"]+)"\n(.*?)```', text, re.DOTALL))


@pytest.fixture
def rowan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with the files of the README, installed as far as Python is concerned."""
    for readme in ("README.md", "README.zh.md"):
        for name, body in blocks(readme).items():
            (tmp_path / name).write_text(body, "utf-8")
    metadata = tmp_path / "rowan_shop-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: rowan-shop\nVersion: 0.1.0\n", "utf-8")
    group, entry = re.search(  # type: ignore[union-attr]
        r'\[project\.entry-points\."(.*?)"\]\n(.*?)\n', (tmp_path / "pyproject.toml").read_text("utf-8")
    ).groups()
    (metadata / "entry_points.txt").write_text(f"[{group}]\n{entry.replace(chr(34), '')}\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    monkeypatch.setenv("SHOP", "rowan")
    choosing.the_shop.cache_clear()
    yield tmp_path
    choosing.the_shop.cache_clear()
    sys.modules.pop("rowan_shop", None)


def test_a_shop_of_ones_own_is_talked_to(rowan: Path) -> None:
    with Bot.load(rowan / "bot.yaml") as bot:
        shop = choosing.current_shop()
        shop.orders["AF100001"] = ("ann", date.today(), ["owl", "tea"])  # type: ignore[attr-defined]
        chat = TestChat(bot, user="ann")
        chat.greeted("Hello, this is Robin of Rowan Books.")
        chat.user("where is AF100001").bot_contains("A Field Guide to Owls; The Tea Dictionary", "was delivered")
        chat.user("return AF100001, the owls one, i changed my mind, ann@example.com").bot_contains("Field Guide")
        chat.user("yes").bot_contains("R1")
        chat.user("no").user("do you have signed copies?").bot_contains("little quill")
        chat.user("cancel my subscription ann@example.com").bot_contains("cannot reach our subscriptions")
        stranger = TestChat(bot, "another conversation", user="bo")
        stranger.user("where is AF100001").bot_contains("cannot find an order **AF100001** of yours")


def test_the_chinese_bot_of_ten_lines(rowan: Path) -> None:
    with Bot.load(rowan / "bot.zh.yaml") as bot:
        chat = TestChat(bot)
        chat.greeted("您好，我是荷塘书店的小荷。")
        chat.user("有签名本吗").bot_contains("小羽毛")


def test_a_shop_of_ones_own_that_cannot_be_made_is_told(rowan: Path) -> None:
    (rowan / "rowan_shop.py").write_text("raise RuntimeError('no licence')\n", "utf-8")
    with pytest.raises(ShopError, match="SHOP=rowan: rowan_shop:RowanShop cannot be made: RuntimeError: no licence"):
        choosing.current_shop()


def test_the_readme_counts_its_knowledge_right() -> None:
    folder = Path(dialog_customer_service.__file__).parent / "knowledge"
    for language, count in (("en", 163), ("zh", 162)):
        found = sum(file.read_text("utf-8").count("\n  - id: ") for file in folder.glob(f"*.{language}.yaml"))
        assert found == count
        assert str(count) in (PROJECT / "README.md").read_text("utf-8")
