"""Actions that prepare what is said: what a person who takes over has to know, and what is known of the customer."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dialog_core import ActionContext
from dialog_customer_service.actions.asking import fact

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "asked": "asked",
        "quote": "“{}”",
        "joint": ", ",
        "trouble": "what went wrong",
        "order": "order",
        "item": "item",
        "reason": "reason",
        "email": "e-mail",
        "name": "name",
        "mood": "mood",
        "angry": "angry",
        "frustrated": "losing patience",
        "colon": ": ",
        "end": "; ",
        "nothing": "nothing but the wish for a person",
    },
    "zh": {
        "asked": "咨询内容",
        "quote": "「{}」",
        "joint": "、",
        "trouble": "遇到的问题",
        "order": "订单",
        "item": "商品",
        "reason": "原因",
        "email": "邮箱",
        "name": "称呼",
        "mood": "情绪",
        "angry": "很生气",
        "frustrated": "有些着急",
        "colon": "：",
        "end": "；",
        "nothing": "顾客直接要求人工",
    },
}
HEATED = {"angry": 3, "frustrated": 2}  # from which heat on the mood is told although the last message is calm


def brief(
    context: ActionContext,
    asked: list[str] | None = None,
    mood: dict[str, Any] | None = None,
    order: str | None = None,
    item: str | None = None,
    reason: str | None = None,
    email: str | None = None,
    trouble: str | None = None,
) -> dict[str, str]:
    """Return what a person who takes over has to know, in the language of the conversation."""
    words = WORDS["zh" if context.language.casefold().startswith("zh") else "en"]
    quoted = [words["quote"].format(_plain(text)) for text in asked or ()]
    told = [(words["asked"], words["joint"].join(quoted) or words["nothing"])]
    known = {"trouble": trouble, "order": order, "item": item, "reason": reason, "email": email}
    known["name"] = fact(context, "name")
    told += [(words[name], _plain(value)) for name, value in known.items() if value]
    feeling = _feeling(mood)
    if feeling:
        told.append((words["mood"], words[feeling]))
    return {"summary": words["end"].join(f"{name}{words['colon']}{value}" for name, value in told)}


def contact(context: ActionContext) -> dict[str, Any]:
    """Return the customer's address as far as it is known, a form of it to show, and whether anything can be kept."""
    email = fact(context, "email")
    name, at, host = email.partition("@")
    can_remember = bool(context.user_id)  # of somebody whom the channel does not know nothing is kept
    if not (name and at and host):
        return {"email": "", "shown": "", "can_remember": can_remember}
    return {"email": email, "shown": f"{name[0]}...@{host}", "can_remember": can_remember}


def _feeling(mood: Mapping[str, Any] | None) -> str:
    if not isinstance(mood, Mapping):
        return ""
    label, heat = mood.get("label"), mood.get("heat")
    if label in ("angry", "frustrated"):
        return str(label)
    heated = (name for name, least in HEATED.items() if isinstance(heat, int) and heat >= least)
    return next(heated, "")


def _plain(value: str | Sequence[Any]) -> str:
    """Return a text on one line."""
    return re.sub(r"\s+", " ", str(value)).strip()
