"""What `dialog-core learn` says, in English and in Chinese; the suggestions are in people's own words."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Phrases:
    """Every string that is shown; `{...}` is filled in with `str.format`."""

    number: str
    email: str
    head: str

    reading: str
    read: str
    nothing: str
    no_feedback: str
    no_trainer: str
    no_entry: str
    no_logs: str
    aim: str
    statuses: Mapping[str, str]
    training_failed: str
    found: str
    nothing_new: str
    alone: str
    left_out: str
    older: str
    large: str
    how_to_go_on: str
    summary: str
    summary_written: str

    kinds: Mapping[str, str]
    kinds_counted: Mapping[str, str]
    titled: str
    place: str
    asked: str
    counted: str
    counted_once: str
    days: str
    day: str
    more_questions: str
    person: str
    edited: str
    took_over: str
    others: str
    note: str
    resembles: str
    source: str
    new_entry: str
    no_source: str
    questions: str
    answer: str
    no_answer: str
    same_answer: str
    decided: Mapping[str, str]

    keys: str
    key_phrasing: str
    key_names: Mapping[str, str]
    help: str
    first: str
    written: str
    saved: str
    dismissed: str
    later: str
    not_a_key: str
    needs_answer: str
    needs_question: str
    needs_filling_in: str
    press_e: str
    decided_already: str
    which_source: str
    unchanged: str
    editor_head: str
    editor_failed: str
    not_understood: str
    edit_question: str
    edit_further: str
    edit_answer: str
    edit_keys: str
    unknown_id: str
    not_accepted: str


ENGLISH = Phrases(
    number="[number]",
    email="[e-mail]",
    head="""\
What {bot} could be taught, found in its conversations by `dialog-core learn`.

Look at it one by one:      dialog-core learn {file}
Or edit this file: correct `questions` and `answer`, write `decision: accept` or `decision: dismiss`, and run that
again. What is accepted is written into the knowledge. What is dismissed is never suggested again. What you have
written here stays as you wrote it; comments of your own do not, so write a `note:` instead.

kind            what accepting it does
changed_answer  gives the entry `entry` this answer, and adds the questions to its phrasings
new             makes an entry of the questions and the answer
topic           the same; nobody has answered it yet, so the answer is yours to write
rephrasing      adds the questions to the phrasings of the entry `entry`

Numbers and e-mail addresses have been taken out: {number}, {email}. See that names are, too.""",
    reading="reading conversations",
    read="conversations: {conversations} · verdicts: {verdicts} · replies by people: {corrected}",
    nothing="Nothing to learn: nobody has judged or corrected a reply, and no question was left without an answer.",
    no_feedback="No feedback yet: the ranking stays as it is.",
    no_trainer="The ranking {ranker} learns nothing. To have one that does, write into {file}:\n\n{lines}",
    no_entry="{file} says nothing of how its ranking is trained: it is done with defaults.",
    no_logs="So that `dialog-core train` learns from the feedback too, write into {file}:\n\n{lines}",
    aim="The thresholds were tuned with the ranking as it was before: dialog-core tune {file}",
    statuses={
        "trained": "trained",
        "current": "nothing has changed",
        "restored": "an earlier model of just this is used again",
    },
    training_failed="The ranking stays as it is: {error}",
    found="suggestions: {count} ({kinds})",
    nothing_new="Nothing to suggest that has not been decided already.",
    alone="Unanswered questions that stand alone: {n}; --at-least 1 shows them.",
    left_out="Messages left out because their users wrote very many: {n}.",
    older="Of the unanswered questions, the {n} oldest are too many to be compared; --since narrows the time.",
    large="Too large to be compared with: {names}.",
    how_to_go_on="Decide in {file}, or one by one on a terminal: dialog-core learn {bot}",
    summary="{accepted} accepted · {dismissed} dismissed · {left} left · {file}",
    summary_written="{file} has changed. A running bot knows it after a restart, `dialog-core chat --watch` at once.",
    kinds={
        "changed_answer": "an answer to change",
        "new": "a new entry",
        "topic": "a topic without an answer",
        "rephrasing": "another way to ask",
    },
    kinds_counted={
        "changed_answer": "{n} to change",
        "new": "{n} new",
        "topic": "{n} without an answer",
        "rephrasing": "{n} in other words",
    },
    titled="{kind}: {title}",
    place="{n} of {count}",
    asked="asked",
    counted="{messages} times by {people}",
    counted_once="once",
    days="{first} – {last}",
    day="{first}",
    more_questions="and {n} more",
    person="a person",
    edited="edited",
    took_over="took over",
    others="others",
    note="note",
    resembles="like",
    source="into",
    new_entry="a new entry",
    no_source="no knowledge",
    questions="questions",
    answer="answer",
    no_answer="still to be written: e",
    same_answer="stays as it is",
    decided={"accept": "accepted", "dismiss": "dismissed"},
    keys="{a} accept  {e} edit  {s} later  {d} never again  {back} back  {q} quit  {help} help",
    key_phrasing="{p} add to it",
    key_names={"people": "{n} people", "one": "one person"},
    help="""\
a      accept: it is written into the knowledge, and nothing else in that file changes
e      edit the questions and the answer, in $EDITOR or here
p      add to the entry that it is like: its questions become phrasings of that one
s →    later: the next one; it is suggested again
d      never again
←      the one before
q      quit; every decision is kept, also when you press Ctrl-C""",
    first="This is the first one.",
    written="written to {file}:{line}",
    saved="kept as you wrote it",
    dismissed="dismissed, and never suggested again",
    later="later",
    not_a_key="? tells what the keys do",
    needs_answer="It has no answer yet.",
    needs_question="It has no question.",
    needs_filling_in="What stands for {placeholder} has to be put in, or left out.",
    press_e="{reason} e edits it.",
    decided_already="This is decided: {decision}.",
    which_source="Into which knowledge? {names}",
    unchanged="unchanged",
    editor_head="""\
How it is to stand in {where}. Save and leave the editor; an empty file changes nothing.""",
    editor_failed="The editor {editor} could not be started: {error}. Set $EDITOR, or unset it to write here.",
    not_understood="This could not be read: {error} Press e to correct it.",
    edit_question="question {n}",
    edit_further="another question, or Enter to go on",
    edit_answer="answer",
    edit_keys="Enter goes on · Alt-Enter starts a new line · empty leaves it out · Ctrl-C changes nothing",
    unknown_id="there is no suggestion {id!r}",
    not_accepted="{id} was not accepted: {reason}",
)

CHINESE = Phrases(
    number="[号码]",
    email="[邮箱]",
    head="""\
{bot} 可以学习的内容，由 `dialog-core learn` 从对话中整理。

逐条查看：      dialog-core learn {file}
也可以直接编辑本文件：修改 `questions` 和 `answer`，写上 `decision: accept` 或 `decision: dismiss`，再运行一次。
accept 的内容会写入知识库，dismiss 的内容不再建议。你写的内容会原样保留；自己加的注释不会保留，请写在 `note:` 里。

kind            接受之后
changed_answer  条目 `entry` 换成这个答案，并把问题加入它的问法
new             用问题和答案新建一个条目
topic           同上；还没有人回答过，答案请你来写
rephrasing      把问题加入条目 `entry` 的问法

号码和邮箱已经隐去：{number}、{email}。请确认姓名也没有留下。""",
    reading="正在读取对话",
    read="会话 {conversations} · 评价 {verdicts} · 人工回复 {corrected}",
    nothing="没有可学的内容：没有人评价或改正过回复，也没有未回答的问题。",
    no_feedback="还没有反馈，排序保持不变。",
    no_trainer="排序器 {ranker} 不会学习。如要使用会学习的排序器，请在 {file} 中写：\n\n{lines}",
    no_entry="{file} 没有写明如何训练排序，按默认设置训练。",
    no_logs="要让 `dialog-core train` 也从反馈中学习，请在 {file} 中写：\n\n{lines}",
    aim="阈值是按以前的排序调整的，请重新运行：dialog-core tune {file}",
    statuses={"trained": "已训练", "current": "没有变化", "restored": "沿用以前训练好的同一模型"},
    training_failed="排序保持不变：{error}",
    found="建议 {count} 条（{kinds}）",
    nothing_new="没有新的建议。",
    alone="有 {n} 个未回答的问题各不相同；加 --at-least 1 可以看到。",
    left_out="个别用户的消息过多，其中 {n} 条没有计入。",
    older="未回答的问题太多，最早的 {n} 个没有比较；可以用 --since 缩小时间范围。",
    large="内容太多，没有与之比较：{names}。",
    how_to_go_on="请在 {file} 中决定，或在终端逐条查看：dialog-core learn {bot}",
    summary="接受 {accepted} · 不再建议 {dismissed} · 剩余 {left} · {file}",
    summary_written="{file} 已修改。运行中的机器人重启后生效，`dialog-core chat --watch` 立即生效。",
    kinds={
        "changed_answer": "修改答案",
        "new": "新条目",
        "topic": "没有答案的话题",
        "rephrasing": "另一种问法",
    },
    kinds_counted={
        "changed_answer": "修改答案 {n}",
        "new": "新条目 {n}",
        "topic": "没有答案 {n}",
        "rephrasing": "其他问法 {n}",
    },
    titled="{kind}：{title}",
    place="第 {n} 条，共 {count} 条",
    asked="用户问",
    counted="{messages} 次，{people}",
    counted_once="1 次",
    days="{first} – {last}",
    day="{first}",
    more_questions="还有 {n} 个",
    person="人工",
    edited="改写",
    took_over="接管",
    others="其他答案",
    note="备注",
    resembles="相似",
    source="写入",
    new_entry="新条目",
    no_source="没有知识库",
    questions="问题",
    answer="答案",
    no_answer="待写：按 e",
    same_answer="保持不变",
    decided={"accept": "已接受", "dismiss": "不再建议"},
    keys="{a} 接受  {e} 编辑  {s} 以后再说  {d} 不再建议  {back} 上一条  {q} 退出  {help} 帮助",
    key_phrasing="{p} 加入相似条目",
    key_names={"people": "{n} 人", "one": "1 人"},
    help="""\
a      接受：写入知识库，文件的其他内容不变
e      编辑问题和答案：用 $EDITOR，或在这里输入
p      把问题加入相似条目的问法，而不是新建条目
s →    以后再说：看下一条，下次还会建议
d      不再建议
←      上一条
q      退出；所有决定都已保存，按 Ctrl-C 也一样""",
    first="已经是第一条。",
    written="已写入 {file}:{line}",
    saved="已保存你的修改",
    dismissed="不再建议",
    later="以后再说",
    not_a_key="按 ? 查看按键",
    needs_answer="还没有答案。",
    needs_question="还没有问题。",
    needs_filling_in="请填上 {placeholder} 所代表的内容，或将其删除。",
    press_e="{reason}按 e 编辑。",
    decided_already="已决定：{decision}。",
    which_source="写入哪个知识库？{names}",
    unchanged="没有改动",
    editor_head="写入 {where} 的内容。保存并退出编辑器；清空文件则不做改动。",
    editor_failed="无法启动编辑器 {editor}：{error}。请设置 $EDITOR，或取消该变量后在这里输入。",
    not_understood="无法读取：{error} 请按 e 修改。",
    edit_question="问题 {n}",
    edit_further="再加一个问题，或按 Enter 继续",
    edit_answer="答案",
    edit_keys="Enter 继续 · Alt-Enter 换行 · 留空则删除 · Ctrl-C 放弃修改",
    unknown_id="没有建议 {id!r}",
    not_accepted="{id} 没有接受：{reason}",
)


def phrases_for(language: str) -> Phrases:
    """Return the phrases for a language (a BCP 47 tag): Chinese for Chinese, English for every other."""
    return CHINESE if language.lower().replace("_", "-").split("-")[0] == "zh" else ENGLISH
