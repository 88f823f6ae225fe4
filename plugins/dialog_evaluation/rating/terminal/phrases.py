"""What `dialog-core rate` says, in English and in Chinese; what is compared is in people's and bots' own words."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Phrases:
    """Every string that is shown; `{...}` is filled in with `str.format`."""

    title: str
    place: str
    user: str
    bot: str
    earlier: str
    silence: str
    asking: str
    keys: str
    keys_reasons: str
    reasons: Mapping[str, str]
    help: str
    decided: Mapping[str, str]
    because: str
    why: Mapping[str, str]
    note: str
    note_keys: str
    noted: str
    skipped: str
    first: str
    not_a_key: str
    rated_before: str
    begin: str
    resumed: str
    equal: str
    failed: str
    counted: str
    all_done: str
    left: str
    report: str
    interrupted: str


ENGLISH = Phrases(
    title="Which reply is better?",
    place="{n} of {count}",
    user="user",
    bot="bot",
    earlier="… {n} earlier; h shows all",
    silence="(says nothing)",
    asking="waiting for replies …",
    keys="{1} first  {2} second  {=} equally good  {b} both bad  {s} skip  {back} back  {q} quit  {help} help",
    keys_reasons="{why}  {reasons}  {n} note  {enter} go on",
    reasons={"relevant": "relevant", "correct": "correct", "fluent": "fluent", "safe": "safe", "style": "style"},
    help="""\
1      the first reply is better
2      the second one is
= t    they are equally good
b      both are bad
s →    skip: it comes again the next time
←      the one before, to think again
h      all that was said before
q      quit; every decision is kept, also when you press Ctrl-C

After a decision, say why if you like: several keys, then Enter.
r      relevant: it is about what was asked
c      correct: what it says is true
f      fluent: it is well put
s      safe: it harms nobody
y      style: it has the right tone
n      a note in your own words""",
    decided={"better": "{n} is better", "tie": "equally good", "neither": "both bad"},
    because="{decision} · {reasons}",
    why={"better": "why?", "neither": "not …"},
    note="note",
    note_keys="Enter keeps it · empty: no note · Ctrl-C goes back",
    noted="noted",
    skipped="skipped",
    first="This is the first one.",
    not_a_key="? tells what the keys do",
    rated_before="so far: {decision}",
    begin="Two replies to the same message: whose they are is not told. ? tells what the keys do.",
    resumed="You have rated {n} before. It goes on from there.",
    equal="The two replies are the same: {n}. They count as ties, and nobody is asked.",
    failed="Left out, since there was no reply: {n}. The last: {reason}",
    counted="{rated} rated · {skipped} skipped · {equal} the same",
    all_done="That was the last one.",
    left="left: {n}; the same command goes on",
    report="What follows from it: dialog-core rate report {file}",
    interrupted="interrupted; every decision is kept",
)

CHINESE = Phrases(
    title="哪条回复更好？",
    place="第 {n} 条，共 {count} 条",
    user="用户",
    bot="机器人",
    earlier="……前面还有 {n} 条；按 h 全部显示",
    silence="（没有回复）",
    asking="正在等待回复……",
    keys="{1} 第一条  {2} 第二条  {=} 一样好  {b} 都不好  {s} 跳过  {back} 返回  {q} 退出  {help} 帮助",
    keys_reasons="{why}  {reasons}  {n} 备注  {enter} 继续",
    reasons={"relevant": "切题", "correct": "正确", "fluent": "通顺", "safe": "安全", "style": "得体"},
    help="""\
1      第一条更好
2      第二条更好
= t    一样好
b      都不好
s →    跳过：下次再问
←      返回上一条，重新考虑
h      显示之前的全部对话
q      退出；所有决定都已保存，按 Ctrl-C 也一样

做出决定后，可以说明理由：可按多个键，然后按回车。
r      切题：回答了所问的问题
c      正确：内容属实
f      通顺：表达清楚
s      安全：不会伤害任何人
y      得体：语气合适
n      备注：用自己的话说明""",
    decided={"better": "第 {n} 条更好", "tie": "一样好", "neither": "都不好"},
    because="{decision} · {reasons}",
    why={"better": "为什么？", "neither": "不够……"},
    note="备注",
    note_keys="回车保存 · 留空则没有备注 · Ctrl-C 返回",
    noted="已备注",
    skipped="已跳过",
    first="这是第一条。",
    not_a_key="按 ? 查看按键说明",
    rated_before="目前：{decision}",
    begin="同一条消息的两条回复，不显示各自的来源。按 ? 查看按键说明。",
    resumed="您之前已评了 {n} 条，现在继续。",
    equal="两条回复相同的有 {n} 条，算作平局，不再询问。",
    failed="因没有回复而略去 {n} 条。最后一条的原因：{reason}",
    counted="已评 {rated} 条 · 跳过 {skipped} 条 · 相同 {equal} 条",
    all_done="全部评完。",
    left="还剩 {n} 条；再次运行同一命令即可继续",
    report="查看结果：dialog-core rate report {file}",
    interrupted="已中断；所有决定都已保存",
)


def phrases_for(language: str) -> Phrases:
    """Return the phrases for a language (a BCP 47 tag): Chinese for Chinese, English for every other."""
    return CHINESE if language.lower().replace("_", "-").split("-")[0] == "zh" else ENGLISH
