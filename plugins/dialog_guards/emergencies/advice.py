# ruff: noqa: E501 - tables of words and texts
"""Which first measures fit a message: those of common first-aid courses, where its words clearly ask for them."""

import re

MOST = 2  # measures in one reply: more are not read

_TOPICS = {
    "fumes": r"carbon monoxide|\bco (?:alarm|detector)|smell(?:s|ing)?(?: of| like)? (?:gas|smoke|rotten eggs)|gas leak|fumes|on fire|full of smoke"
    r"|一氧化碳|煤气|燃气|天然气|烧炭|炭火|浓烟|着火|起火|毒气|全是烟",
    "choking": r"chok(?:e|ed|es|ing)\b|(?:stuck|lodged) in (?:his|her|my|their|the)? ?throat|went down the wrong way"
    r"|噎|卡(?:住|在)?.{0,4}(?:喉|嗓)|(?:喉|嗓).{0,4}卡|呛住",
    "not_breathing": r"not breathing|isnt breathing|stopped breathing|(?:cant|doesnt|wont|no) (?:see (?:him|her) )?breath"
    r"|no pulse|没(?:有)?呼吸|不呼吸|停止呼吸|呼吸停|没(?:有)?(?:心跳|脉搏)|没气",
    "unconscious": r"unconscious|unresponsive|wont wake|cant wake|not waking|isnt waking|passed out|collapsed|out cold"
    r"|昏迷|昏倒|晕倒|叫不醒|喊不醒|叫不应|没反应|没有反应|不省人事|失去意识",
    "seizure": r"seizure|seizing|fitting|having a fit|convuls|shaking all over|foaming|抽搐|惊厥|癫痫|口吐白沫|抽风",
    "bleeding": r"bleed(?:s|ing)?\b|blood (?:is )?(?:everywhere|gush|spurt|pour|pump)|gushing|spurting|流血|出血|止不住血|血止不住"
    r"|飙血|喷血|血流不止",
    "burn": r"scald|burn(?:s|t|ed)\b|boiling (?:water|oil)|hot oil|烫伤|烫到|烫了|烧伤|开水|热油|滚油",
    "stroke": r"(?:face|mouth|side)\b.{0,30}(?:droop|drop|numb|slid)|slurr|stroke|嘴(?:角)?歪|口角歪|半边.{0,6}(?:麻|动不了|没知觉)"
    r"|说话.{0,3}(?:不清|含糊)|中风|脑梗",
    "allergy": r"epipen|anaphyla|allerg|过敏|肾上腺素",
    "electric": r"electrocut|electric shock|live wire|触电|电到了|漏电",
    "spine": r"(?:fell|fallen|crash|hit by|run over|came off).{0,80}(?:cant (?:feel|move)|neck|back|legs)"
    r"|(?:摔|坠|撞|车祸).{0,30}(?:动不了|没知觉|脖子|腰|背)",
    "snake": r"snake|adder|viper|cobra|蛇",
}
_PATTERNS = {topic: re.compile(pattern) for topic, pattern in _TOPICS.items()}


def topics_of(text: str) -> list[str]:
    """Return the topics of a folded text, the most urgent first."""
    found = [topic for topic, pattern in _PATTERNS.items() if pattern.search(text)]
    if "not_breathing" in found and "unconscious" in found:
        found.remove("unconscious")
    return found[:MOST]
