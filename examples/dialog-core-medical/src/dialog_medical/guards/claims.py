"""Finds what a health bot must not say: that somebody has an illness, how much to take, to leave or begin a medicine.

Patterns over sentences, in English and Chinese. They are cautious: an amount of a medicine counts wherever it stands.
What is conditional ("if you have diabetes"), asked, or said of people in general is no diagnosis.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from dialog_medical.guards.words import (
    DRUG,
    DRUG_ZH,
    ILLNESS,
    ILLNESS_ZH,
    NUMBER,
    NUMBER_ZH,
    OFTEN,
    OFTEN_ZH,
    UNIT,
    UNIT_ZH,
)

DIAGNOSIS, DOSE, MEDICINE = "diagnosis", "dose", "medicine"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a sentence claims.

    Attributes:
        kind: `diagnosis`, `dose` or `medicine`.
        sentence: The sentence.
        start: Where it begins in the text.
        end: Where it ends, exclusive.
    """

    kind: str
    sentence: str
    start: int
    end: int


class _Any:
    """Several patterns as one, compiled at its first use: that takes longer than loading the rest of a bot."""

    def __init__(self, *patterns: str) -> None:
        self._patterns = patterns

    def search(self, text: str) -> bool:
        """Whether one of them is in a text."""
        return self.compiled.search(text) is not None

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The patterns, compiled."""
        return re.compile("|".join(f"(?:{pattern})" for pattern in self._patterns), re.IGNORECASE)


PIECE, OVERLAP = 400, 120  # characters; a claim is shorter than the overlap
_NO_WORD = re.compile(r"[a-z0-9_]{40,}", re.IGNORECASE)
_SENTENCE = re.compile(r"(?:[^.!?。！？\n]|[.](?=\S))+[.!?。！？]*")

_SOMEBODY = (
    r"\b(?:you|he|she|(?:your|the) (?:\w+ )?(?:son|daughter|child|baby|husband|wife|mother|father|mum|"
    r"mom|dad|partner|patient))"
)
_SURELY = (
    r"(?:(?:probably|clearly|most likely|likely|definitely|certainly|surely|just|only|obviously|do not|"
    r"don't|does not|doesn't) )*"
)
_CASE_OF = r"(?:got |a case of |a touch of |a |an |the |some |mild |severe |acute |chronic )*(?:\w+ ){0,2}?"
_DIAGNOSES = _Any(
    rf"{_SOMEBODY}(?:'ve|'s)? {_SURELY}(?:have|has|had|got|are suffering from|is suffering from|suffer from|"
    rf"caught)\b ?{_CASE_OF}{ILLNESS}\b",
    rf"{_SOMEBODY}'ve {_SURELY}{_CASE_OF}{ILLNESS}\b",
    rf"\b(?:it's|it is|this is|that is|that's|what you (?:describe|have) (?:is|sounds like)) "
    rf"{_SURELY}(?:nothing but )?(?:a |an )?(?:\w+ )?{ILLNESS}"
    r"\s*(?:$|[,;.!])",
    rf"\b(?:this|that|the rash|the lump|your \w+) (?:is|are) (?:clearly|probably|just|only|obviously|definitely|"
    rf"most likely)\b.{{0,20}}{ILLNESS}\b",
    rf"\bthe (?:rash|lump|pain|spot|cough|bleeding) is {ILLNESS}\b",
    rf"{_SOMEBODY} (?:is|are|'s|'re) having (?:an? )?(?:\w+ ){{0,2}}?{ILLNESS}\b",
    rf"\bthe (?:cause|reason) (?:of|for) your \w+(?: \w+)? (?:is|are) .{{0,25}}{ILLNESS}\b",
    rf"\b(?:that|this|it) (?:must|has to|can only|could only|would) be (?:an? )?(?:\w+ ){{0,2}}?{ILLNESS}\b",
    rf"\b(?:sounds|looks|seems)(?: to me)?(?: very much)? like .{{0,25}}{ILLNESS}\b",
    rf"\byour \w+(?: \w+)? (?:is|are) (?:caused by|due to|a sign of) .{{0,20}}{ILLNESS}\b",
    rf"{_SOMEBODY} (?:could|might|may|must) (?:well )?be (?:having|suffering from|getting|coming down with) "
    rf"{_CASE_OF}{ILLNESS}\b",
    rf"\b(?:consistent with|points? to|typical of|(?:yours|what you describe) (?:is|are)) (?:an? )?(?:\w+ "
    rf")?{ILLNESS}\b",
    r"\byou are (?:an? )?(?:diabetic|epileptic|asthmatic|an(?:a)?emic|depressed|bipolar|schizophrenic|hypertensive)\b",
    rf"\bi(?:'d| would)? diagnose|\bmy diagnosis is\b|^\W*diagnosis: ?{ILLNESS}",
)
_NO_DIAGNOSIS = _Any(
    r"\bif\b",
    r"\bwhether\b",
    r"\bwhen(?:ever)? you\b",
    r"\bpeople\b",
    r"\bpatients with\b",
    r"\bcan(?:not|'t| not) (?:say|tell|judge|know)\b",
    r"\bonly a doctor\b",
    r"\?\s*$",
    r"\byou may have\b(?! \w*(?:itis|oma)\b)",
)

_TAKE = r"\b(?:take|taking|give|giving|use|swallow|apply|inject|put|start with|try|drink|chew|have)"
_DOSES = _Any(
    rf"{NUMBER} ?(?:mg|milligrams?|mcg|µg|μg|micrograms?|ml|millilit(?:re|er)s?|iu)\b(?!\s?/\s?d?l)",
    rf"{NUMBER} units\b",
    rf"{_TAKE}\b.{{0,25}}\b{NUMBER} (?:\w+ )?(?:{UNIT}|{DRUG})\b",
    rf"\b{NUMBER} (?:{UNIT}|{DRUG})\b.{{0,25}}{OFTEN}",
    rf"\b(?:{_TAKE}|dose|{DRUG})\b.{{0,40}}\b{OFTEN}",
    rf"\b{NUMBER} ?g of {DRUG}",
    rf"\b{NUMBER} (?:{UNIT}|{DRUG})\b.{{0,15}}\b(?:now|tonight|today|tomorrow|at night|in the (?:morning|evening)|"
    r"before (?:bed|meals|breakfast)|after meals|with food)\b",
    r"\b(?:double|halve|increase|reduce|raise|lower) (?:your|the) (?:dose|dosage)\b",
    r"\bdos(?:e|age) (?:is|of) \d",
)

_MEDICINE = rf"(?:(?:your|the|an?|any|these|those|his|her|all|some|\w+'s) )*(?:\w+ ){{0,2}}?{DRUG}\b"
_STOP = r"(?:stop|quit|discontinue|skip|leave out|come off|omit|halve|double|increase|reduce|change|switch|start|begin)"
_MEDICINES = _Any(
    rf"^\W*(?:(?:just|please|then|now|so|simply|first|go ahead and|ok) )*{_STOP}"
    rf"(?: (?:taking|using|on|with|a course of|from))* {_MEDICINE}",
    rf"\b(?:i'd|i would)(?: just| simply)? (?:{_STOP}|leave)(?: taking)? {_MEDICINE}",
    rf"\bno need to (?:take|use) {_MEDICINE}",
    rf"\byou (?:can|should|could|may|must|need to|have to|ought to|might want to|might)(?: \w+)?? {_STOP}(?: "
    rf"(?:taking|using|on|with|a course of|from))* {_MEDICINE}",
    rf"\byou (?:don't|do not|no longer) need {_MEDICINE}(?: \w+)? (?:any ?more|any longer|now)",
    rf"\b(?:recommend|advise|suggest)(?: that)? you (?:to )?(?:take|start|stop|use) {_MEDICINE}",
    rf"\byou should (?:take|use|try) {_MEDICINE}",
    rf"\b(?:fine|ok|okay|safe|all right) to (?:{_STOP}|leave out)(?: taking)? {_MEDICINE}",
)
_NO_MEDICINE = _Any(
    rf"\b(?:never|not|n't|don't|before you|without asking .{{0,20}}) (?:suddenly )?{_STOP}",
    r"\b(?:ask|talk to|speak to|check with) (?:your|a|the) (?:doctor|pharmacist|gp)",
)

_DIAGNOSES_ZH = _Any(
    rf"(?:您|你|他|她|孩子|宝宝)[^，。？]{{0,8}}?(?:得了|得的是|患有|患了|患的是|这是|是|就是|多半是|肯定是|没有得){ILLNESS_ZH}",
    rf"(?:这|那)[^，。？]{{0,6}}?(?:就是|是){ILLNESS_ZH}(?:了)?[。！，]?$",
    rf"(?:就是|多半是|应该是|很可能是|大概是|八九是|八成是|估计是|怕是|肯定是|无非是|我看是|看来是)(?:个|普通|一般|轻微)*{ILLNESS_ZH}",
    rf"(?:您|你)[^，。？]{{0,8}}是{ILLNESS_ZH}引起的",
    rf"(?:疹子|肿块|疼|痛|咳嗽)是{ILLNESS_ZH}[。！]?$",
    r"(?:诊断|考虑)(?:为|是)",
    rf"(?:您|你)(?:现在|肯定|可能|应该|已经|也|是)?有(?!没有){ILLNESS_ZH}",
)
_NO_DIAGNOSIS_ZH = _Any(
    "如果", "要是", "假如", "有没有", "是否", "是不是", "只有医生", "判断不了", "什么病", "[？?吗]", "不能说", "患者"
)
_DOSES_ZH = _Any(
    rf"{NUMBER_ZH}\s?(?:毫克|微克|毫升|mg|mcg|ml)(?!\s?/)",
    rf"{NUMBER_ZH}\s?个?单位",
    rf"(?:吃|服|服用|喂|吞|打|滴|喝|用|注射)[^，。]{{0,6}}{NUMBER_ZH}\s?{UNIT_ZH}",
    rf"(?:{OFTEN_ZH})[^。]{{0,10}}{NUMBER_ZH}\s?{UNIT_ZH}",
    rf"{NUMBER_ZH}\s?{UNIT_ZH}[^。]{{0,8}}(?:{OFTEN_ZH}|饭后|饭前|睡前)",
    r"剂量(?:加倍|减半|翻倍|加大|是\d)",
)
_MEDICINES_ZH = _Any(
    rf"把[^，。]{{0,8}}{DRUG_ZH}[^，。]{{0,4}}(?:停|换)",
    rf"(?:可以|能|应该|就)[^，。]{{0,4}}(?:停|停掉|停用|减|不用|不吃)(?:了)?{DRUG_ZH}",
    rf"{DRUG_ZH}[^，。]{{0,8}}(?:停掉|停了|停几天|停一停|先别吃|别吃了|不吃了|不吃也)",
    rf"(?:不用|不必|用不着|别)(?:再)?(?:吃|打|用|服){DRUG_ZH}",
    rf"(?:可以|应该|建议(?:您|你)?|不妨)(?:开始)?(?:吃|服用|用|打|服)(?:点|些)?{DRUG_ZH}",
    r"把[^，。]{1,8}换成[^，。]{1,8}",
)
_NO_MEDICINE_ZH = _Any(
    "不要", "请不要", "不能自行", "没有问过", "先问", "不能说", "问药师", "(?<!不用)(?<!不必)问医生[。！]?$"
)


# Of a text that nobody has written for people, more is taken for a claim: an illness or a medicine in a sentence that
# speaks to the user, unless it is conditional, a question, or sends them to somebody who may say so.
_TO_USER = (
    r"(?:\b(?:you|your|yours|he|she|this|these|that|those)\b|\bit(?:'s| is)\b|"
    r"^\W*(?:clearly|probably|obviously|surely|likely)\b)"
)
_STRICT_DIAGNOSES = _Any(
    rf"{_TO_USER}.{{0,80}}\b{ILLNESS}\b", rf"(?:您|你|孩子|这|那|看着|像是)[^，。]{{0,20}}{ILLNESS_ZH}", "病(?:叫|是)"
)
_STRICT_MEDICINES = _Any(
    rf"\b(?:you|your)\b.{{0,60}}\b{DRUG}\b",
    rf"^\W*(?:take|use|try|give|start|stop|leave|skip)\b.{{0,60}}\b{DRUG}\b",
    rf"(?:您|你|就|别|不用|没必要|换|停|可以)[^，。]{{0,12}}{DRUG_ZH}",
    rf"{DRUG_ZH}[^，。]{{0,8}}(?:别|不用|没必要|停|换|吧)",
)
_NOBODYS = _Any(
    r"\b(?:ask|call|bring|tell|told|mean|worried|doctors?|pharmacists?|library|source|some|many)\b",
    r"\b(?:is|are) an? (?:\w+ )?(?:disease|condition|kind|form|type|virus|emergency)\b",
    "问|带上|不要|医生|药师|可能会|是一种|患者|有些|很多人|请拨打|资料|来源",
)


def claims_in(text: str, *, strict: bool = False) -> list[Claim]:
    """Return what a text claims, in order; at most one claim for each sentence.

    Args:
        text: The text.
        strict: Whether what might be a claim is one, as for texts of language models.
    """
    return list(_claims(text, strict=strict))


def without_doses(text: str, note: str) -> str:
    """Return the text without the sentences about doses and medicines; one note stands for all of them in a row."""
    rest: list[str] = []
    position = 0
    for claim in _claims(text):
        if claim.kind == DIAGNOSIS:
            continue
        between = text[position : claim.start]
        if not rest or between.strip() or not position:
            rest += [between, f"{_indent(claim.sentence)}{note}"]
        position = claim.end
    return "".join([*rest, text[position:]])


def _indent(sentence: str) -> str:
    return sentence[: len(sentence) - len(sentence.lstrip())]


def _claims(text: str, *, strict: bool = False) -> Iterator[Claim]:
    for match in _SENTENCE.finditer(text):
        sentence = match[0].replace("’", "'").replace("*", "")
        plain = _NO_WORD.sub("...", " ".join(sentence.split()))
        kind = next((kind for piece in _pieces(plain) if (kind := _kind(piece, strict=strict))), "")
        if kind:
            yield Claim(kind, match[0], match.start(), match.end())


def _pieces(sentence: str) -> Iterator[str]:
    """Yield a sentence, or of one that never ends pieces that overlap."""
    yield sentence[:PIECE]
    for start in range(PIECE - OVERLAP, len(sentence) - OVERLAP, PIECE - OVERLAP):
        yield sentence[start : start + PIECE]


def _kind(sentence: str, *, strict: bool) -> str:
    return _plain_kind(sentence) or (_strict_kind(sentence) if strict else "")


def _plain_kind(sentence: str) -> str:
    if _DOSES.search(sentence) or _DOSES_ZH.search(sentence):
        return DOSE
    if _MEDICINES.search(sentence) and not _NO_MEDICINE.search(sentence):
        return MEDICINE
    if _MEDICINES_ZH.search(sentence) and not _NO_MEDICINE_ZH.search(sentence):
        return MEDICINE
    if _DIAGNOSES.search(sentence) and not _NO_DIAGNOSIS.search(sentence):
        return DIAGNOSIS
    if _DIAGNOSES_ZH.search(sentence) and not _NO_DIAGNOSIS_ZH.search(sentence):
        return DIAGNOSIS
    return ""


def _strict_kind(sentence: str) -> str:
    if any(exempt.search(sentence) for exempt in (_NO_DIAGNOSIS, _NO_DIAGNOSIS_ZH, _NOBODYS)):
        return ""
    if _STRICT_MEDICINES.search(sentence):
        return MEDICINE
    return DIAGNOSIS if _STRICT_DIAGNOSES.search(sentence) else ""
