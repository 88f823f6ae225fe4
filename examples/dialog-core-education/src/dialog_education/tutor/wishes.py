"""The words of wishes, in both languages: each a regular expression for the whole of a message but for polite words.

A line may have several, with ¦ between them; the names of the wishes are those of `heard.Wish`.
"""

ENGLISH = {
    "stop": r"""
        stop(?: (?:the |this )?quiz)? ¦ quit ¦ exit ¦ enough ¦ that(?:'?s| is) (?:enough|it|all) ¦ no more
        i(?:'?m| am) (?:done|finished|tired|bored|out) ¦ i(?:'?m| am) (?:so|really|very) (?:tired|bored) ¦ end
        finish ¦ cancel ¦ i(?:'?ve| have)? (?:gotta|got to|have to|need to|must) (?:go|stop|leave) ¦ (?:good)?bye
        bye bye ¦ see you(?: later)? ¦ (?:this is )?boring ¦ leave me alone ¦ (?:a )?break ¦ take a break
        (?:i )?(?:do not|don'?t|dont) (?:want|wanna|feel like)(?: to)?(?: any ?more| more| this)*
        (?:i )?(?:do not|don'?t|dont) (?:want|wanna) to (?:play|do|go on|continue|learn)(?: this)?(?: any ?more)?
    """,
    "hint": r"""
        (?:give me |get |have )?(?:a |an |another |one more |the next )?(?:hint|clue|tip)s? ¦ help(?: me)?
        (?:i )?need help ¦ help me with (?:this|it) ¦ how do i (?:start|begin|do (?:this|it|that))
    """,
    "lost": r"""
        (?:i )?(?:really |honestly )?(?:do not|don'?t|dont) (?:know|remember)(?: (?:this|that|it|the answer))?
        (?:i )?(?:really )?(?:do not|don'?t|dont) (?:get|understand|have a clue)(?: (?:this|that|it))? ¦ idk ¦ dunno
        no (?:idea|clue) ¦ not sure ¦ i(?:'?m| am) (?:lost|stuck|not sure|confused) ¦ i (?:forgot|forget)
        (?:this|it|that)(?:'?s| is) (?:too |so |really |very )?(?:hard|difficult|impossible)
        (?:too|so) (?:hard|difficult) ¦ i can'?t(?: do (?:this|it|that))? ¦ (?:i )?give up ¦ pass on ¦ \?+ ¦ hmm+
        um+ ¦ huh
    """,
    "skip": r"""
        (?:skip|pass)(?: (?:it|this|this one|this question|the question))? ¦ next(?: (?:one|question|please))?
        (?:give me )?(?:another|a different|an easier) (?:one|question) ¦ something else
    """,
    "repeat": r"""
        repeat(?: (?:the question|that|it))? ¦ (?:what|which) (?:was|is) (?:the|my) question(?: again)?
        say (?:that|it) again ¦ (?:the )?question ¦ what did you (?:ask|say) ¦ what ¦ pardon ¦ again
        i(?:'?m| am) back
        where were we
    """,
    "progress": r"""
        how (?:am i|was i|i am|did i) (?:doing|do|getting on|going)(?: (?:so far|today))?
        (?:show (?:me )?)?my (?:progress|results|score|scores|stats|points) ¦ (?:show (?:me )?)?(?:the )?progress
        what (?:have|did) i (?:learned|learnt|learn)(?: so far)? ¦ how (?:good|far) am i
        what(?:'?s| is) my (?:score|progress|streak) ¦ my streak
    """,
    "why": r"""
        why(?: is (?:that|it))?(?: so)? ¦ explain(?: (?:that|it|this))? ¦ how come ¦ but why
    """,
    "agree": r"""
        (?:yes )?remember(?: me| (?:my |the )?progress| how i(?:'?m| am) doing)?(?: please)?
        (?:yes )?you (?:may|can) remember(?: me| it| that)? ¦ keep my progress
    """,
    "decline": r"""
        (?:no )?(?:do not|don'?t|dont) remember(?: me| (?:my |the )?progress| it| that)?
        forget (?:me|my progress|everything) ¦ delete my (?:progress|data)
    """,
    "more": r"""
        (?:go|carry) on ¦ continue ¦ more(?: (?:questions|please))? ¦ another round ¦ one more(?: round)? ¦ again
        let'?s go(?: on)? ¦ i(?:'?m| am) ready ¦ ready ¦ start ¦ begin ¦ next(?: (?:one|round))? ¦ keep going
        where were we
    """,
    "yes": r"""
        yes ¦ yeah ¦ yep ¦ yup ¦ sure ¦ ok ¦ okay ¦ of course ¦ why not ¦ alright ¦ fine
    """,
    "no": r"""
        no ¦ nope ¦ nah ¦ no thanks ¦ not now ¦ later
    """,
}

CHINESE = {
    "stop": r"""
        停 ¦ 停下 ¦ 停止 ¦ 不(?:想)?(?:玩|做|学|练|答|考) ¦ 结束 ¦ 退出 ¦ 取消 ¦ 算 ¦ 到此为止 ¦ 到这里? ¦ 休息
        累了?(?:想|要)?休息 ¦ 累
        再见 ¦ 拜拜 ¦ 下次再?(?:来|玩|做)?
        没意思 ¦ 好?无聊(?:死)? ¦ 不要
    """,
    "hint": r"""
        (?:给|来)?(?:个|点|一个|一点)?提示 ¦ 帮帮我 ¦ 帮我 ¦ 帮忙 ¦ 怎么做 ¦ 怎么算 ¦ 提醒 ¦ 从哪里?(?:开始|入手)
    """,
    "lost": r"""
        (?:这是?)?(?:啥|什么)意思 ¦ (?:听|没|看)不?懂 ¦ 没听懂 ¦ 不造 ¦ 这?(?:是)?什么啊
        不(?:太)?(?:知道|会|懂|明白|记得|清楚|确定) ¦ 没(?:学过|听懂|看懂|思路|想法) ¦ 忘 ¦ (?:太|好|真|这么)?难
        放弃 ¦ 想不(?:出来|起来|到) ¦ 做不(?:出来|到|了)
        看不懂 ¦ 什么鬼
    """,
    "skip": r"""
        跳过 ¦ 下一(?:题|个|道) ¦ 换(?:一)?(?:题|个|道)(?:题)? ¦ 过
    """,
    "repeat": r"""
        再(?:说|念|问)一(?:遍|次) ¦ (?:题目|问题)(?:是什么|是啥|呢)? ¦ 刚才(?:问|说)(?:什么|啥) ¦ 重复 ¦ 我?回来
    """,
    "progress": r"""
        学得?怎么样 ¦ 学得?好不好
        (?:看看|查看|看)?(?:我的?)?(?:学习)?(?:进度|成绩|成果|得分|分数情况|学习情况)(?:怎么样|如何|是什么)?
        学(?:会)?了(?:多少|什么|哪些)
        做得怎么样 ¦ 掌握得?怎么样
    """,
    "why": r"""
        为什么 ¦ 为啥 ¦ 怎么来的 ¦ 解释 ¦ 讲解
    """,
    "agree": r"""
        (?:可以)?记住(?:我|进度|学习进度|我的进度)? ¦ 记下来 ¦ 帮我记(?:住|着)
    """,
    "decline": r"""
        (?:不要|别|不用)记(?:住|下来|录)?(?:我|进度|我的进度)? ¦ 忘(?:了|掉)我(?:的进度)?
        删(?:掉|除)(?:我的)?(?:进度|数据)
    """,
    "more": r"""
        继续 ¦ 再来(?:一轮|一次|几题|几道|点)? ¦ 还要 ¦ 接着(?:来|做|学)? ¦ 开始 ¦ 来 ¦ 准备好 ¦ 下一轮 ¦ 走起
    """,
    "yes": r"""
        好 ¦ 好的 ¦ 行 ¦ 是 ¦ 是的 ¦ 嗯 ¦ 嗯嗯 ¦ 可以 ¦ 当然 ¦ 要 ¦ 没问题
    """,
    "no": r"""
        不 ¦ 不要 ¦ 不用 ¦ 不来 ¦ 不行 ¦ 没 ¦ 以后再说 ¦ 不了
    """,
}
