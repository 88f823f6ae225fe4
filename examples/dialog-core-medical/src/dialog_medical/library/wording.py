"""What the library says around its passages, in English and Chinese."""

from collections.abc import Sequence

from dialog_medical.library.aspects import INFORMATION, Aspect
from dialog_medical.library.titles import title_shown


def quotation(language: str, title: str, asked: Aspect, told: Aspect, institute: str, passage: str, url: str) -> str:
    """Return a passage with what it is about and where it is from."""
    shown = title_shown(title)
    if language.startswith("zh"):
        missing = (
            f"健康资料库里没有关于「{asked.zh}」的内容，" if told is not asked and asked is not INFORMATION else ""
        )
        intro = f"**{shown}（{told.zh}）**：{missing}以下是英文资料的原文摘录，资料库没有中文版，内容未经翻译："
        return f"{intro}\n\n> {passage}\n\n来源（英文）：{institute}，{url} 。全文请看来源网页。"
    missing = (
        f"The library has nothing on that ({asked.en}). " if told is not asked and asked is not INFORMATION else ""
    )
    intro = f"**{shown}: {told.en}.** {missing}This is what the source says:"
    return f"{intro}\n\n> {passage}\n\nSource: {institute}, {url} (more at the source)"


def choice(language: str, titles: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return the question which condition is meant, with what to pick from."""
    shown = [title_shown(title) for title in titles][:4]
    if language.startswith("zh"):
        return "您想了解哪一个？请一次问一种，我好给您找对资料。", tuple(f"什么是 {name}" for name in shown)
    return "Which of these do you mean? Please ask about one at a time.", tuple(f"What is {name}?" for name in shown)


def no_library(language: str) -> str:
    """Return what is said where there is no library."""
    if language.startswith("zh"):
        return "这里没有安装健康资料库，没有可靠来源的内容我不能说。可以帮您约个号，当面问医生。"
    return (
        "I have no health library installed, and without a source I say nothing about illnesses. I can find you "
        "an appointment, so that you can ask a doctor."
    )


def book(language: str) -> tuple[str, ...]:
    """Return the quick reply that books an appointment."""
    return ("预约看诊",) if language.startswith("zh") else ("Book an appointment",)
