"""What a message asks the shop for: a kind of product, colours, a size, a price, and whether it asks at all."""

import re
from dataclasses import dataclass, replace

from dialog_customer_service.catalogue.words import CatalogueWords
from dialog_customer_service.shop.values import Wish

CURRENCIES = {
    "GBP": ("£", "pounds", "pound", "gbp", "quid", "英镑", "镑"),
    "EUR": ("€", "euros", "euro", "eur", "欧元", "欧"),
    "CNY": ("¥", "￥", "yuan", "rmb", "cny", "人民币", "元", "块钱", "块"),
    "USD": ("$", "dollars", "dollar", "usd", "美元", "美金"),
}
_MONEY = {word: currency for currency, words in CURRENCIES.items() for word in words}
_UNIT = "|".join(re.escape(word) for word in sorted(_MONEY, key=len, reverse=True))
_NUMBER = (
    r"(?P<{0}>\d{{1,6}}(?:[.,]\d{{1,2}})?|[一二两三四五六七八九]?[十百千][一二三四五六七八九]?[十百]?"
    r"|[一二两三四五六七八九]百[一二三四五六七八九]十)"
)
_AMOUNT = rf"(?:(?P<before{{0}}>{_UNIT})\s*)?{_NUMBER}\s*(?P<after{{0}}>{_UNIT})?"


def _amount(name: str) -> str:
    return _AMOUNT.replace("{0}", name).replace("{{", "{").replace("}}", "}")


_BETWEEN = re.compile(
    rf"(?:between|from|在)?\s*{_amount('low')}\s*(?:and|to|-|–|—|到|至|~)\s*{_amount('high')}(?![\d:x])"
)
_MOST = re.compile(
    r"(?:under|below|less than|up to|max(?:imum)?(?: of)?|no more than|not more than|cheaper than|at most|within|"
    rf"不超过|不要超过|低于|少于|最多|不到|预算)\s*{_amount('a')}"
    rf"|{_amount('b')}\s*(?:or less|or under|max\b|tops\b|at most|以下|以内|之内|内|封顶)"
)
_LEAST = re.compile(
    rf"(?:over|above|more than|at least|min(?:imum)?(?: of)?|高于|超过|不低于|至少)\s*{_amount('a')}"
    rf"|{_amount('b')}\s*(?:or more|and up|以上|起)"
)
_ABOUT = re.compile(rf"(?:around|about|roughly|大概|大约)\s*{_amount('a')}|{_amount('b')}\s*(?:左右|上下)")
MAX_READ = 400  # characters of a message that are looked at: a wish is short
ABOUT = 0.2  # how far off a price may be that is about right

_SIZE = re.compile(
    r"\bsize\s*(?P<a>xs|s|m|l|xl|xxl|\d{2})\b|\bin\s+(?:an?\s+)?(?P<b>xs|s|m|l|xl|xxl)\b(?!')"
    r"|(?P<c>xs|xxl|xl|s|m|l|\d{2})\s*(?:码|号)|(?P<d>特大|加大|大|中|小)[号码]|\b(?P<e>small|medium|large|"
    r"extra large)\b"
)
_BARE_SIZE = re.compile(r"(?<![\w'’.])(XS|S|M|L|XL|XXL)(?![\w'’])")  # in capitals, so that no "I'm" is one
_SIZES = {"特大": "XL", "加大": "XL", "大": "L", "中": "M", "小": "S"}
_SIZES |= {"small": "S", "medium": "M", "large": "L", "extra large": "XL"}
_IN_STOCK = re.compile(r"\b(?:in stock|available)\b|有货|现货|有库存")
_CHEAPEST = re.compile(r"\bcheap(?:er|est)?\b|least expensive|lowest price|便宜")
_CHEAPER = re.compile(r"\bcheaper\b(?! than)|\bless expensive\b|更便宜|便宜[一]?[点些]|有没有便宜")
_OTHER_COLOURS = re.compile(r"\b(?:other|another|different) colou?rs?\b|(?:别的|其他|其它|另外)的?颜色|换个颜色")
_IT = re.compile(r"\b(?:it|them|that one|this one|those|these)\b|这个|这款|那个|那款|它")
_PRICE_ASKED = re.compile(r"\bhow much\b|\bprice\b|多少钱|什么价")
_OFF = re.compile(r"\bnot (?:in )?|不要|别要|除了")

_CUE = re.compile(
    r"\b(?:(?:do|does|have) (?:you|u|ya)(?: guys)? (?:have|got|sell|stock|carry|do)|(?:have you |you |u )?got any|"
    r"(?:you|u) (?:have|got|sell) (?:any|a|an)\b|looking for|look for|search(?:ing)? for|show me|(?:i|i'd|"
    r"i would) (?:need|want|like|"
    r"love)|are there any|is there an?|find me|recommend|suggest|interested in|which|what kind|"
    r"what .{0,30} (?:do|have) you|"
    r"how much (?:is|are|for)|in my size|price of|in stock|available|any)\b"
    r"|有没有|有.{0,12}[吗么嘛]|想找|找一?[个件款条双]|找.{0,6}(?:夹克|外套)|想买|想要|要买|推荐|看看|"
    r"多少钱|什么价|有哪些|有什么|有货|来[一个件条]|我要.{0,4}[件个条款]"
)
_OTHER_MATTER = re.compile(
    r"\b(?:send|give|bring|take)\b.{0,20}\bback\b|\bstopp?(?:ed|s)?\b|(?<!for )\bmy\b(?! (?:size|budget|"
    r"price|colou?r))|"
    r"\b(?:return(?:s|ed|ing)?|exchang\w+|swap\w*|refund\w*|broke|broken|damaged|faulty|cracked|wash\w*|"
    r"clean\w*|care|"
    r"warranty|guarantee|repair\w*|orders?|ordered|deliver\w*|parcel|package|assembl\w*|cancel\w*|"
    r"subscri\w+|box|made of|made|material|"
    r"send back|sent|received|arrived|bought|voucher|gift|wrap\w*|recycl\w*|organic|ship\w*|post|iron\w*|"
    r"shrink\w*|stain\w*|"
    r"dishwasher|microwave|oven|bulb\w*|safe|fit|size guide|measure\w*)\b"
    r"|退|换货|换成|换一|换个[尺大小]|坏|碎|裂|洗|保养|质保|保修|修|订单|快递|物流|发货|配送|组装|安装|取消|"
    r"订阅|盒子|材质|面料|产地|礼品|礼物|包装|收到|买的|微波炉|洗碗机|烤箱|灯泡|熨|缩水|起球|掉色|尺码表|怎么量|回收"
)


@dataclass(frozen=True)
class Heard:
    """What was understood.

    Attributes:
        wish: What is asked for.
        asks: Whether it is put as a question for goods.
        elsewhere: Whether it is about something else, such as a return.
        other_colours: Whether what was said about the colour is to be forgotten.
        words: How many words the message has, or Chinese characters.
        cheaper: Whether it asks for something cheaper than what was shown.
        refers: Whether it says "it" of something that was spoken of.
        price_asked: Whether it asks what something costs.
    """

    wish: Wish
    asks: bool
    elsewhere: bool
    other_colours: bool
    words: int
    cheaper: bool = False
    refers: bool = False
    price_asked: bool = False

    @property
    def narrows(self) -> bool:
        """Whether it says anything that a search can go by, apart from the kind of product."""
        wish = self.wish
        return bool(self.other_colours or replace(wish, category="", currency="") != Wish())


def understand(text: str, words: CatalogueWords) -> Heard:
    """Return what a message asks for."""
    text = text[:MAX_READ]
    lowered = text.casefold().replace("’", "'")
    categories = words.find(lowered, words.categories)
    colours = words.find(lowered, words.colours)
    category = next(reversed(categories), "")  # of "desk lamp" the lamp: what a thing is stands last
    colour_ids = [id for id, (start, _) in colours.items() if not _OFF.search(lowered[max(0, start - 8) : start])]
    for word in re.findall(r"[a-z]+", lowered):
        category = category or words.spelled(word, words.categories)
        if not colours and (colour := words.spelled(word, words.colours)):
            colour_ids.append(colour)
    least, most, currency = _prices(lowered)
    wish = Wish(
        category=category,
        colours=tuple(colour_ids),
        size=_size(text, lowered),
        least=least,
        most=most,
        currency=currency,
        in_stock=bool(_IN_STOCK.search(lowered)),
        cheapest=bool(_CHEAPEST.search(lowered)),
    )
    count = len(re.findall(r"[a-z0-9']+|[\u4e00-\u9fff]", lowered))
    return Heard(
        wish,
        asks=bool(_CUE.search(lowered)),
        elsewhere=bool(_OTHER_MATTER.search(lowered)),
        other_colours=bool(_OTHER_COLOURS.search(lowered)),
        words=count,
        cheaper=bool(_CHEAPER.search(lowered)),
        refers=bool(_IT.search(lowered)),
        price_asked=bool(_PRICE_ASKED.search(lowered)),
    )


def refined(before: Wish, heard: Heard, cheapest: float | None = None) -> Wish:
    """Return a wish with what a later message adds or changes; `cheapest` is what the cheapest one shown costs."""
    new = heard.wish
    colours = () if heard.other_colours else new.colours or before.colours
    priced = new.least is not None or new.most is not None
    return Wish(
        category=new.category or before.category,
        colours=colours,
        size=new.size or before.size,
        least=new.least if priced else before.least,
        most=new.most if priced else before.most,
        below=cheapest if heard.cheaper else None if priced else before.below,
        currency=new.currency or before.currency,
        in_stock=new.in_stock or before.in_stock,
        cheapest=new.cheapest or before.cheapest,
    )


def _prices(text: str) -> tuple[float | None, float | None, str]:
    if match := _BETWEEN.search(text):
        low, high = _number(match["low"]), _number(match["high"])
        currency = _currency(match, "high") or _currency(match, "low")
        if currency or match[0].lstrip().startswith(("between", "from", "在")):
            return min(low, high), max(low, high), currency
    if match := _MOST.search(text):
        name = "a" if match["a"] else "b"
        return None, _number(match[name]), _currency(match, name)
    if match := _LEAST.search(text):
        name = "a" if match["a"] else "b"
        return _number(match[name]), None, _currency(match, name)
    if match := _ABOUT.search(text):
        name = "a" if match["a"] else "b"
        amount, currency = _number(match[name]), _currency(match, name)
        if currency:
            return round(amount * (1 - ABOUT)), round(amount * (1 + ABOUT)), currency
    return None, None, ""


def _currency(match: re.Match[str], name: str) -> str:
    return _MONEY.get(match[f"before{name}"] or match[f"after{name}"] or "", "")


def _number(text: str) -> float:
    if text[0].isdigit():
        return float(text.replace(",", "."))
    digits = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2}
    total, digit = 0, 0
    for character in text:
        if character in digits:
            digit = digits[character]
        else:
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[character]
            last = {"十": 1, "百": 10, "千": 100}[character]
            digit = 0
    return float(total + digit * last) if digit else float(total)


def _size(text: str, lowered: str) -> str:
    if match := _SIZE.search(lowered):
        found = next(group for group in match.groups() if group)
        return _SIZES.get(found, found.upper())
    bare = _BARE_SIZE.search(text)
    return bare[1] if bare else ""
