"""What the chat itself says, in English and in Chinese. A bot's own words come from its bot file."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrases:
    """Every string of the user interface; `{...}` is filled in with `str.format`."""

    placeholder: str
    pick: str
    hint: str
    continuing: str
    new_conversation: str
    goodbye: str
    how_to_leave: str
    stopped: str
    stop_hint: str
    thinking: str
    looking: str
    several_looking: str
    list_comma: str
    between_sentences: str
    withdrawn: str
    withdrawn_above: str
    reason_another: str
    reason_shortened: str
    silent: str
    policies_failed: str
    failed: str
    history_off: str

    help_help: str
    help_explain: str
    help_history: str
    help_reset: str
    help_good: str
    help_bad: str
    help_save: str
    help_quit: str
    help_slots: str
    help_me: str
    help_forget: str
    help_keys: str
    help_slash: str
    argument_back: str
    argument_count: str
    argument_comment: str
    argument_file: str

    unknown_command: str
    did_you_mean: str
    see_help: str
    needs_number: str
    nothing_yet: str
    nothing_to_explain: str
    no_turn_back: str
    no_trace: str
    damaged_trace: str
    noted_good: str
    noted_bad: str
    earlier: str
    you: str
    save_where: str
    save_suffix: str
    save_exists: str
    save_failed: str
    saved: str

    slots_nothing: str
    slots_under_way: str
    me_nothing: str
    me_session: str
    me_kept: str
    me_until: str
    me_nobody: str
    me_never_kept: str
    me_never_asked: str
    me_agreed_elsewhere: str
    me_agreed: str
    me_refused: str
    forget_ask: str
    forgotten: str
    left_as_it_is: str
    yes: str
    no: str

    message: str
    policy: str
    candidate: str
    score: str
    probability: str
    time: str
    more_candidates: str
    no_candidates: str
    why: str
    ranked_by: str
    for_and_against: str
    beside_rival: str
    together: str
    other_features: str
    left_to_chance: str
    in_all: str
    tokens: str
    tokens_cached: str
    first_token: str
    cost: str
    part: str
    status_nothing: str
    status_failed: str
    status_timed_out: str
    status_breaker_open: str
    status_not_asked: str
    status_proposed: str


ENGLISH = Phrases(
    placeholder="Type a message, or /help",
    pick="Pick a number, or type",
    hint="/help lists the commands · Ctrl-D leaves",
    continuing="continuing “{id}”, {n} messages; /reset starts anew",
    new_conversation="A new conversation, “{id}”. The old one, “{old}”, is kept.",
    goodbye="Goodbye!",
    how_to_leave="Ctrl-D or /quit leaves; so does Ctrl-C once more.",
    stopped="stopped",
    stop_hint="Ctrl-C stops",
    thinking="{name} is thinking…",
    looking="{names} is looking…",
    several_looking="{names} are looking…",
    list_comma=", ",
    between_sentences=" ",
    withdrawn="withdrawn: {reason}",
    withdrawn_above="The answer above is withdrawn: {reason}",
    reason_another="the reply that was chosen in the end is another",
    reason_shortened="its end is left out",
    silent="A person has taken over; the bot keeps silent.",
    policies_failed="{names}: failed · /explain tells why",
    failed="That went wrong: {error}",
    history_off="What you type will not be remembered: {error}",
    help_help="list the commands",
    help_explain="why the bot answered so: every candidate, its score, its probability",
    help_history="what was said so far",
    help_reset="start a new conversation; the old one is kept",
    help_good="the last reply was good",
    help_bad="the last reply was bad",
    help_save="save the conversation (.md or .jsonl); /save! overwrites",
    help_quit="leave",
    help_slots="what is filled in so far, and what is under way",
    help_me="what is known about you, and until when",
    help_forget="have all of that forgotten",
    help_keys="Enter sends · Alt-Enter starts a new line · Tab completes · ↑ brings back · Ctrl-C stops a reply",
    help_slash="A message that begins with a slash is written with two: //like this",
    argument_back="[messages back]",
    argument_count="[how many]",
    argument_comment="[comment]",
    argument_file="FILE",
    unknown_command="There is no command {command}.",
    did_you_mean="Did you mean {likely}?",
    see_help="/help lists the commands.",
    needs_number="{command} takes a number, not “{argument}”.",
    nothing_yet="Nothing has been said yet.",
    nothing_to_explain="There is no reply yet.",
    no_turn_back="Only {n} messages have been answered.",
    no_trace="Nothing is known about how that reply came about.",
    damaged_trace="What is stored about how that reply came about is damaged.",
    noted_good="Noted as a good reply. Thank you.",
    noted_bad="Noted as a bad reply. Thank you.",
    earlier="… {n} earlier; /history {all} shows everything",
    you="You",
    save_where="Where to? For example: /save chat.md",
    save_suffix="A conversation is saved as .md or .jsonl, not as “{suffix}”.",
    save_exists="{file} exists already. To overwrite it: /save! {file}",
    save_failed="{file} could not be written: {error}",
    saved="Saved {n} messages to {file}",
    slots_nothing="Nothing is filled in.",
    slots_under_way="Under way: {flow}",
    me_nothing="Nothing is known about you.",
    me_session="until this session ends",
    me_kept="kept",
    me_until="kept until {date}",
    me_nobody="Nobody knows who you are, so nothing is kept: start with --user NAME.",
    me_never_kept="This bot keeps nothing about you beyond a session.",
    me_never_asked="You have not been asked whether more may be kept beyond this session.",
    me_agreed_elsewhere="What is known about you may be kept beyond this session; /forget has it forgotten.",
    me_agreed="On {date} you agreed that this is kept beyond a session; /forget has it forgotten.",
    me_refused="On {date} you said that nothing is to be kept beyond a session.",
    forget_ask="Forget what is known about you ({n}), and what you said to its being kept? What was said stays in the "
    "conversation. yes / no",
    forgotten="Forgotten.",
    left_as_it_is="Left as it is.",
    yes="yes y ok sure",
    no="no n",
    message="Message",
    policy="Policy",
    candidate="Candidate",
    score="Score",
    probability="Probability",
    time="Time",
    more_candidates="and {n} less likely ones",
    no_candidates="No policy proposed anything.",
    why="Why",
    ranked_by="ranked by {ranker}",
    for_and_against="What speaks for it, and what against",
    beside_rival="What speaks for it, and what against; at the right for the next best",
    together="together → probability",
    other_features="others",
    left_to_chance="an exploring turn: chance chose this reply with probability {propensity}",
    in_all="{time} in all",
    tokens="{tokens_in} tokens in, {tokens_out} out",
    tokens_cached="{tokens_in} tokens in ({tokens_cached} cached), {tokens_out} out",
    first_token="first word after {time}",
    cost="cost {cost}",
    part="{part}: {verdict}",
    status_nothing="nothing to say",
    status_failed="failed",
    status_timed_out="timed out",
    status_breaker_open="left out after repeated failures",
    status_not_asked="not asked",
    status_proposed="proposed",
)

CHINESE = Phrases(
    placeholder="请输入消息，或 /help",
    pick="输入编号选择，或直接输入",
    hint="/help 查看命令 · Ctrl-D 退出",
    continuing="继续会话“{id}”，已有 {n} 条消息；/reset 重新开始",
    new_conversation="新会话“{id}”已开始，原会话“{old}”已保留。",
    goodbye="再见！",
    how_to_leave="按 Ctrl-D 或输入 /quit 退出；再按一次 Ctrl-C 也可以。",
    stopped="已停止",
    stop_hint="Ctrl-C 停止",
    thinking="{name} 正在思考…",
    looking="{names} 正在查找…",
    several_looking="{names} 正在查找…",
    list_comma="、",
    between_sentences="",
    withdrawn="已撤回：{reason}",
    withdrawn_above="上面的回答已撤回：{reason}",
    reason_another="最后选了另一个回答",
    reason_shortened="去掉了末尾不完整的部分",
    silent="已转由人工接待，机器人不再回复。",
    policies_failed="{names} 出错 · /explain 查看原因",
    failed="出错了：{error}",
    history_off="输入历史不会保存：{error}",
    help_help="列出命令",
    help_explain="为什么这样回答：所有候选及其得分与概率",
    help_history="查看对话记录",
    help_reset="开始新会话，原会话保留",
    help_good="上一条回复很好",
    help_bad="上一条回复不好",
    help_save="保存对话（.md 或 .jsonl）；/save! 覆盖已有文件",
    help_quit="退出",
    help_slots="查看目前已填写的内容和正在进行的流程",
    help_me="查看机器人知道你的哪些信息、保留到何时",
    help_forget="让机器人忘掉这些信息",
    help_keys="Enter 发送 · Alt-Enter 换行 · Tab 补全 · ↑ 历史 · Ctrl-C 停止回复",
    help_slash="以斜杠开头的消息请写两个斜杠：//例如这样",
    argument_back="[往前第几条]",
    argument_count="[条数]",
    argument_comment="[评语]",
    argument_file="文件",
    unknown_command="没有命令 {command}。",
    did_you_mean="是不是 {likely}？",
    see_help="输入 /help 查看命令。",
    needs_number="{command} 后面应是数字，而不是“{argument}”。",
    nothing_yet="还没有对话。",
    nothing_to_explain="还没有回复。",
    no_turn_back="只有 {n} 条消息得到了回复。",
    no_trace="没有这条回复的决策记录。",
    damaged_trace="这条回复的决策记录已损坏。",
    noted_good="已记为好评，谢谢。",
    noted_bad="已记为差评，谢谢。",
    earlier="… 更早的 {n} 条；/history {all} 显示全部",
    you="你",
    save_where="保存到哪里？例如：/save chat.md",
    save_suffix="只能保存为 .md 或 .jsonl，不能是“{suffix}”。",
    save_exists="{file} 已存在。如要覆盖：/save! {file}",
    save_failed="无法写入 {file}：{error}",
    saved="已将 {n} 条消息保存到 {file}",
    slots_nothing="还没有填写任何内容。",
    slots_under_way="正在进行：{flow}",
    me_nothing="没有关于你的任何信息。",
    me_session="本次会话结束后忘记",
    me_kept="长期保留",
    me_until="保留到 {date}",
    me_nobody="不知道你是谁，所以不会保留任何信息：请用 --user 名字 启动。",
    me_never_kept="会话结束后，这个机器人不保留你的任何信息。",
    me_never_asked="还没有征求过你的意见：会话结束后能否保留更多信息。",
    me_agreed_elsewhere="会话结束后可以保留你的信息；输入 /forget 可全部忘掉。",
    me_agreed="你在 {date} 同意会话结束后保留这些信息；输入 /forget 可全部忘掉。",
    me_refused="你在 {date} 表示会话结束后不要保留任何信息。",
    forget_ask="要忘掉关于你的信息（{n} 条）以及你对保留的意见吗？说过的话仍留在会话里。是 / 否",
    forgotten="已经忘掉了。",
    left_as_it_is="没有改动。",
    yes="是 是的 好 好的 对 yes y",
    no="否 不 不要 不用 no n",
    message="消息",
    policy="策略",
    candidate="候选回复",
    score="得分",
    probability="概率",
    time="用时",
    more_candidates="另有 {n} 条可能性更低",
    no_candidates="没有任何策略给出回复。",
    why="原因",
    ranked_by="排序器 {ranker}",
    for_and_against="支持与反对它的因素",
    beside_rival="支持与反对它的因素；右边是次优候选",
    together="合计 → 概率",
    other_features="其他",
    left_to_chance="探索回合：此回复以 {propensity} 的概率被随机选中",
    in_all="共用时 {time}",
    tokens="输入 {tokens_in} 词元，输出 {tokens_out}",
    tokens_cached="输入 {tokens_in} 词元（缓存 {tokens_cached}），输出 {tokens_out}",
    first_token="首字 {time}",
    cost="费用 {cost}",
    part="{part}：{verdict}",
    status_nothing="无话可说",
    status_failed="失败",
    status_timed_out="超时",
    status_breaker_open="多次失败，暂停使用",
    status_not_asked="未询问",
    status_proposed="已提出",
)


def phrases_for(language: str) -> Phrases:
    """Return the phrases for a language (a BCP 47 tag): Chinese for Chinese, English for every other."""
    return CHINESE if language.lower().replace("_", "-").split("-")[0] == "zh" else ENGLISH
