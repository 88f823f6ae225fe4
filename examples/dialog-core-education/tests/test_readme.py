"""The course in the README works for a teacher who copies what stands there, in both languages."""

import re
from pathlib import Path

import pytest

from dialog_core import Bot
from dialog_core.testing import TestChat
from dialog_education.course.reading import check_course, read_courses

PROJECT = Path(__file__).parents[1]
LESSONS = {
    "README.md": [
        ("quiz me on fruit", "Which yellow fruit"),
        ("bananna", "Which of these is sour"),
        ("lemon", "two melons weigh"),
        ("6000 g", "What does **苹果** mean"),
        ("apple", "in Chinese"),
        ("ping2guo3", "Round done"),
        ("go on", "What does it cost"),
        ("2 × 4 = 8, 8 + 3 = 11", "5x + 2 = 17"),
        ("5x = 19", "Look at the signs"),
        ("5x = 15 → x = 3", "2(a + 3) + a"),
        ("3a + 6", "3a + 6"),
    ],
    "README.zh.md": [
        ("考考我水果店", "黄色水果"),
        ("是香蕉", "哪个是酸的"),
        ("柠檬", "两个重多少"),
        ("6公斤", "**苹果** 用英语怎么说"),
        ("apple", "是什么意思"),
        ("苹果", "这一轮做完了"),
        ("继续", "一共多少元"),
        ("2×4=8，8+3=11", "5x + 2 = 17"),
        ("5x = 19", "正负号"),
        ("5x=15，x=3", "2(a + 3) + a"),
        ("3a+6", "3a + 6"),
    ],
}


@pytest.mark.parametrize("readme", LESSONS)
def test_the_course_of_the_readme_is_taught(readme: str, tmp_path: Path) -> None:
    text = (PROJECT / readme).read_text(encoding="utf-8")
    for name, block in re.findall(r'```yaml title="([\w.]+)"\n(.*?)```', text, re.DOTALL):
        (tmp_path / name).write_text(block, encoding="utf-8")
    course = tmp_path / "fruit.yaml"
    assert not check_course(course)
    assert len(read_courses([course]).questions) == 8
    with Bot.load(tmp_path / "bot.yaml") as bot:
        chat = TestChat(bot)
        for said, told in LESSONS[readme]:
            chat.user(said).bot_contains(told)
