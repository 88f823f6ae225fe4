"""What the contributions to a probability are called where the chat is not English.

They are data: the names of a ranker's features, see docs/explanation/ranking-features.md. English keeps them as they
are, so that they can be looked up, and so does Chinese where there is none here.
"""

from collections.abc import Mapping

CHINESE: Mapping[str, str] = {
    "prior": "默认排序的判断",
    "base": "对所有候选相同",
    "calibration": "概率校准",
    "others": "其他微小因素",
    "policy": "所属策略",
    "kind": "策略类型",
    "score": "策略自身得分",
    "default_odds": "得分对应的默认概率",
    "rank": "在本策略中的名次",
    "margin": "领先本策略次选",
    "log_probability": "模型对数概率",
    "best_other": "其他策略最佳",
    "best_other_kind": "其他类型策略最佳",
    "proposing": "提出候选的策略数",
    "agreement": "与其他策略一致",
    "same_text": "另有策略所说相同",
    "same_evidence": "与其他策略依据相同",
    "message_in_reply": "回复含消息中的词",
    "reply_in_message": "消息含回复中的词",
    "context_in_reply": "回复含前文中的词",
    "reply_in_context": "前文含回复中的词",
    "message_in_evidence": "依据含消息中的词",
    "evidence_in_message": "消息含依据中的词",
    "evidence": "依据条数",
    "groundedness": "回复有依据",
    "meaning": "回复与消息语义相近",
    "evidence_meaning": "依据与消息语义相近",
    "length": "回复长度",
    "language_match": "语言一致",
    "acts": "附带操作",
    "repeats_last": "重复上一条回复",
    "repeats": "重复近几条回复",
    "of_flow": "属于当前流程",
    "flow_active": "正在流程中",
    "intent_probability": "意图概率",
    "intent_margin": "意图领先次选",
    "intent_entropy": "意图的不确定性",
    "out_of_scope": "超出范围",
    "message_length": "消息长度",
    "question": "消息带问号",
    "first": "首条消息",
}

CHINESE_FAMILIES: Mapping[str, str] = {
    "policy": "策略 {}",
    "kind": "类型 {}",
    "other": "策略 {} 最佳",
    "own": "策略自报 {}",
    "ranker": "排序器 {}",
}


def in_chinese(name: str) -> str:
    """Return the Chinese name of a contribution; one that has none stays as it is."""
    family, dot, member = name.partition(".")
    if dot and family in CHINESE_FAMILIES:
        return CHINESE_FAMILIES[family].format(member)
    return CHINESE.get(name, name)
