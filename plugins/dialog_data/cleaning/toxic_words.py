"""Words that the step `toxic` looks for: insults and obscenities that are hardly ever anything else.

What is also said in a harmless way (a body part, a faith, an illness, "damn", "gay") is not in it: a list that removes
what people are and suffer from does more harm than it prevents. Add your own words with the option `words`.
"""

ENGLISH = (
    *"""
fuck fucks fucked fucker fuckers fuckin fucking motherfucker motherfuckers motherfucking fuckface fuckhead fuckwit
shit shits shitty shithead shitheads shithole bullshit dipshit asshole assholes arsehole arseholes asswipe dumbass
bitch bitches bitchy cunt cunts dickhead dickheads cocksucker cocksuckers wanker wankers twat twats
bastard bastards whore whores slut sluts slutty douchebag douchebags jackass
nigger niggers nigga niggas faggot faggots chinks kikes spics gook gooks wetback wetbacks
tranny trannies retard retards paki pakis raghead ragheads towelhead towelheads
stfu gtfo kys
""".split(),
    *("kill yourself", "go kill yourself", "piece of shit", "son of a bitch", "go to hell", "hang yourself"),
)

CHINESE = """
傻逼 傻屄 傻b 煞笔 操你妈 草你妈 肏你 日你妈 干你娘 他妈的 你妈逼 妈的逼 去你妈 滚你妈 妈逼 狗日的 王八蛋 混蛋东西
狗杂种 小杂种 婊子 贱人 贱货 骚货 臭婊子 脑残 智障东西 白痴东西 死全家 去死吧 支那猪
黑鬼 尼玛的 草泥马 鸡巴 屌丝 滚蛋
""".split()

CHINESE_HARMLESS = ("脑残疾", "脑残联", "混蛋东西方")
"""Compounds in which a word of the list has nothing to do with it."""
