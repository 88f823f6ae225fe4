"""What `dialog-core data label` says, in English and in Chinese; texts and labels are in people's own words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrases:
    """Every string that is shown; `{...}` is filled in with `str.format`."""

    judging: str
    no_suggestions: str
    no_order: str
    judged_some: str
    some_failed: str
    repaired: str
    changed: str
    gone: str
    resumed: str
    nothing_left: str
    nothing_again: str

    title: str
    title_again: str
    left: str
    pace: str
    turns_before: str
    user: str
    bot: str
    system: str
    said: str
    note: str
    from_file: str
    from_before: str

    keys: str
    key_take: str
    key_entities: str
    keys_typing: str
    keys_marking: str
    keys_note: str
    new_label: str
    new_kind: str
    really_new: str
    new_needs_letters: str
    note_title: str
    edit_title: str
    edit_keys: str
    not_the_text: str
    not_a_mark: str
    cannot_be_written: str
    help: str
    help_marking: str

    out_of_scope: str
    skipped: str
    entities_only: str
    taken_back: str
    nothing_to_take_back: str
    not_here: str
    meanwhile: str
    no_label: str
    not_a_key: str
    summary: str
    summary_skipped: str
    go_on: str
    finished: str
    interrupted: str


ENGLISH = Phrases(
    judging="asking {bot}",
    no_suggestions="{bot} suggests no labels: {why}",
    no_order="So the texts come in the order of the file.",
    judged_some="{bot} was asked about {done} of {count} texts; the others come last.",
    some_failed="{bot} could say nothing about {n} of them: {why}",
    repaired="The last line of {file} had only half been written and was taken out: {line}",
    changed="{file} is not what it was when {log} was begun.",
    gone="Labelled texts that are not in it any more: {n}. They stay in {log}.",
    resumed="{done} of {count} are labelled already; it goes on from there.",
    nothing_left="All {count} texts are labelled. {log}",
    nothing_again="{annotator} has labelled nothing yet that could be labelled again.",
    title="{n} of {count}",
    title_again="again: {n} of {count}",
    left="{n} left",
    pace="{n} a minute",
    turns_before="{n} turns before that",
    user="user",
    bot="bot",
    system="system",
    said="says",
    note="note",
    from_file="the file",
    from_before="you, before",
    keys="{1–9} take  {0} out of scope  {a–z} find or make a label  {→} skip  {←} take back  {#} note  {?} help  "
    "{Esc} quit",
    key_take="{Enter} as it is",
    key_entities="{Tab} entities",
    keys_typing="{Enter} take  {↑↓} choose  {Esc} clear",
    keys_marking="{←→} word  {Space} from here  {1–9} {a–z} what it is  {⌫} none  {[} as text  {Enter} done  "
    "{Esc} undo",
    keys_note="Enter keeps it · empty takes it away · Ctrl-C leaves it as it was",
    new_label="new label: {label}",
    new_kind="new entity: {label}",
    really_new="There is no {label} yet. Make it?  {Enter} yes  any other key: no",
    new_needs_letters="an entity's name has letters, digits, _ and - only",
    note_title="note",
    edit_title="entities",
    edit_keys="Mark words as [Berlin](city), [Berlin](city:from) or [NYC](city=New York) · Enter keeps it",
    not_the_text="Without its marks this is another text, so nothing has changed.",
    not_a_mark="{mark} is no mark, so nothing has changed.",
    cannot_be_written="This text has brackets of its own. Choose the words with the arrows.",
    help="""\
1–9  take the label with this number
Enter  take the one with the arrow; ↑ ↓ move it
a–z  a few letters of a label find it; Enter takes it; if there is none, Enter makes a new one
0  out of scope: it is about nothing the bot is for
Tab  mark entities
→  skip it; skipped texts come again at the end
←  take back the last decision, out of the file too
#  write a note to go with the decision
Esc  quit. Everything is kept, also when you press Ctrl-C or close the window; the same command goes on here""",
    help_marking="""\
← →  the word before, the word behind
Space  choose words from this one on; ← → take in more. Shift with ← → does the same
1–9  it is what stands under this number
a–z  a few letters of what it is, then Enter; if there is none, Enter makes a new one
⌫  no entity
[  write it into the text: fly to [Berlin](city:to)
Enter  done
Esc  as it was""",
    out_of_scope="out of scope",
    skipped="skipped",
    entities_only="entities",
    taken_back="taken back",
    nothing_to_take_back="There is nothing to take back.",
    not_here="The last decision was about a text that is not in {file} any more.",
    meanwhile="Labelled in another window meanwhile as {label}; that one stays.",
    no_label="This one has no label yet.",
    not_a_key="? tells what the keys do",
    summary="{labelled} labelled · {left} left · {log}",
    summary_skipped="{labelled} labelled · {skipped} skipped · {left} left · {log}",
    go_on="The same command goes on from here.",
    finished="That was the last one.",
    interrupted="interrupted; everything is kept",
)

CHINESE = Phrases(
    judging="正在询问 {bot}",
    no_suggestions="{bot} 没有标签建议：{why}",
    no_order="因此按文件顺序显示。",
    judged_some="已询问 {bot} {done} 条，共 {count} 条；其余排在最后。",
    some_failed="{bot} 未能处理其中 {n} 条：{why}",
    repaired="{file} 的最后一行只写了一半，已删除：{line}",
    changed="{file} 与开始标注 {log} 时不同。",
    gone="有 {n} 条已标注的文本不在其中，仍保留在 {log} 里。",
    resumed="共 {count} 条，已标注 {done} 条，从这里继续。",
    nothing_left="{count} 条文本已全部标注。{log}",
    nothing_again="{annotator} 还没有可以重新标注的文本。",
    title="第 {n} 条，共 {count} 条",
    title_again="重新标注：第 {n} 条，共 {count} 条",
    left="剩余 {n}",
    pace="每分钟 {n} 条",
    turns_before="此前还有 {n} 句",
    user="用户",
    bot="机器人",
    system="系统",
    said="说",
    note="备注",
    from_file="文件",
    from_before="你之前的选择",
    keys="{1–9} 选择  {0} 范围外  {a–z} 查找或新建标签  {→} 跳过  {←} 撤回  {#} 备注  {?} 帮助  {Esc} 退出",
    key_take="{Enter} 照此保存",
    key_entities="{Tab} 实体",
    keys_typing="{Enter} 确定  {↑↓} 选择  {Esc} 清空",
    keys_marking="{←→} 词  {空格} 从这里选  {1–9} {a–z} 实体类型  {⌫} 取消  {[} 文本方式  {Enter} 完成  {Esc} 还原",
    keys_note="Enter 保存 · 留空则删除 · Ctrl-C 放弃修改",
    new_label="新标签：{label}",
    new_kind="新实体：{label}",
    really_new="还没有 {label}。要新建吗？  {Enter} 是  其他键：否",
    new_needs_letters="实体名只能包含文字、数字、_ 和 -",
    note_title="备注",
    edit_title="实体",
    edit_keys="标记方式：[北京](城市)、[北京](城市:出发) 或 [京](城市=北京) · Enter 保存",
    not_the_text="去掉标记后与原文不同，没有改动。",
    not_a_mark="{mark} 不是有效的标记，没有改动。",
    cannot_be_written="原文本身含有方括号，请用方向键选词。",
    help="""\
1–9  选择该编号的标签
Enter  选择箭头所指的标签；↑ ↓ 移动箭头
a–z  输入标签中的几个字即可查找，Enter 确定；没有时 Enter 新建
0  范围外：与机器人的业务无关
Tab  标记实体
→  跳过；最后会再次出现
←  撤回上一个决定，文件中也一并撤回
#  为这个决定写备注
Esc  退出。按 Ctrl-C 或关闭窗口也不会丢失；再次运行同一命令即可继续""",
    help_marking="""\
← →  上一个词，下一个词
空格  从这个词开始选，再用 ← → 扩大；按住 Shift 用 ← → 也一样
1–9  选择该编号的实体类型
a–z  输入类型中的几个字，再按 Enter；没有时新建
⌫  不是实体
[  在文本中书写：去[柏林](城市:到达)
Enter  完成
Esc  还原""",
    out_of_scope="范围外",
    skipped="已跳过",
    entities_only="实体",
    taken_back="已撤回",
    nothing_to_take_back="没有可以撤回的决定。",
    not_here="上一个决定所针对的文本已不在 {file} 中。",
    meanwhile="已在另一个窗口标注为 {label}，予以保留。",
    no_label="还没有标签。",
    not_a_key="按 ? 查看按键",
    summary="已标注 {labelled} · 剩余 {left} · {log}",
    summary_skipped="已标注 {labelled} · 已跳过 {skipped} · 剩余 {left} · {log}",
    go_on="再次运行同一命令即可继续。",
    finished="这是最后一条。",
    interrupted="已中断，所有决定都已保存",
)


def phrases_for(language: str) -> Phrases:
    """Return the phrases for a language (a BCP 47 tag): Chinese for Chinese, English for every other."""
    return CHINESE if language.lower().replace("_", "-").split("-")[0] == "zh" else ENGLISH
