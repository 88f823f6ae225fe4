"""What speaks for an attempt in English texts."""

from dialog_guards.prompt_injection.signals import signal

_OFF = (
    r"(?:ign[oe]re?|disregard|forget|discard|drop|neglect|override|overwrite|bypass|skip|dismiss|abandon|erase"
    r"|delete|suspend|pause|lift|violate|escape|leave behind"
    r"|(?:stop|quit) (?:following|obeying|using)|(?:do not|dont|never) (?:follow|obey|use)|disobey|break|throw away"
    r"|set aside|drop|cancel|disable|deactivate|turn off|switch off|remove|circumvent|replace|pay no attention to)"
)
_RULES = (
    r"(?:instruc?tions?|instrutions?|directives?|rules?|guidelines?|prompts?|restrictions?|programming|training"
    r"|constraints?|commands?|guardrails?|safeguards?|filters?|(?:safety|security) (?:checks?|measures?|protocols?)"
    r"|system message|developer message|limitations?|personas?|polic(?:y|ies) you)"
)
_DETERMINERS = r"(?:(?:all|any|every|each|of|the|these|those|absolutely|completely|what) ){0,4}"
_OWN = (
    r"(?:(?:your|ur|previous|prior|above|earlier|preceding|initial|original|system|former|safety|content|hidden"
    r"|company|companys|operators?|shops?|stores?) ){1,3}"
)
_NOT_OURS = r"(?! (?:i|we|he|she|they|my|on|in|for|of|from|about|that i|which i|for my|on my)\b)"
_GIVEN = (
    r"(?:(?:that |which )?(?:you|u) (?:were|have been|had been|are|have|got) (?:given|told|taught|set|instructed"
    r"|trained)"
    r"|(?:that |which )?(?:you|u) (?:got|received) (?:earlier|before|at the (?:start|beginning)|from your))"
)
_TELL = (
    r"(?:print|show|reveal|repeat|output|tell|list|display|leak|write|give|recite|dump|quote|copy|paste|share"
    r"|summari[sz]e|translate|convert|render|rewrite|complete|finish|compose|describe|disclose|expose|echo|return"
    r"|spell|encode|type|what(?: is| are|s| was| were"
    r"| does)"
    r"|which)"
)
_SWIFT = r"(?! (?:and|delivery|replies|reply|response|service|answers?|payment|help|attention|action)\b)"  # no noun
_GAP = r"[^.!?\n]{0,60}?"
_MODEL = r"(?:ai|assistant|(?:language )?models?|bots?|chat ?bots?|llms?|gpt|being|machine|character)"
_UNBOUND = (
    r"(?:without (?:any |all |the |your |its )?(?:of )?(?:your |its )?(?:restrictions?|rules|filters?|limits?"
    r"|limitations|censorship|guidelines|laws|ethical|moral|safety rules|ethics|polic(?:y|ies)|morals?|safety)"
    r"|un(?:restricted|filtered|censored"
    r"|limited|moderated)|(?:has|have|had|with|no longer have) no (?:more |content |safety )?(?:rules|restrictions"
    r"|limits|filters?|ethics"
    r"|polic(?:y|ies)|morals?|guidelines)|not (?:be )?(?:bound|moderated|restricted|filtered|censored)|jailbroken|evil"
    r"|opposite of yourself|no (?:filters?|ethics|polic(?:y|ies)|restrictions|limits)\b)"
)

SIGNALS = (
    signal(
        "override",
        0.6,
        r"\b(?:ignore|forget|disregard|suspend|bypass) (?:all |any |your )?(?:safety|ethics|morals?)\b",
    ),
    signal(
        "override",
        0.55,
        r"\bregardless of (?:your |any |the |all )?(?:previous |prior )?(?:instructions|rules|guidelines)\b",
        "regardless",
    ),
    signal(
        "new orders",
        0.6,
        r"\byour (?:real|true|actual) (?:instructions?|task|purpose|orders?|job)\b",
        "real true actual",
    ),
    signal("new orders", 0.45, r"\bthe (?:real|true|actual) user (?:wants|asks|says|is)\b", "user"),
    signal(
        "new orders",
        0.45,
        r"\bend of (?:the )?(?:system|prompt|instructions?)(?: (?:text|prompt|message))?\b",
        "end",
    ),
    signal(
        "no refusals",
        0.45,
        r"\bopposite day\b|\b(?:when|what|whatever|if) your rules (?:forbid|prohibit)\b|\bcomply with (?:every|all"
        r"|any) (?:request|command|order)s?\b",
    ),
    signal(
        "prompt",
        0.65,
        r"\bexactly as (?:it|they) (?:appears?|stands?|is|are) in your (?:setup|prompt|instructions|configuration)\b",
        "exactly",
    ),
    signal(
        "prompt",
        0.6,
        r"\b(?:you were|youve been|you have been) told to (?:keep|hold) (?:it |this |them )?(?:confidential|secret"
        r"|private|hidden)\b",
        "told",
    ),
    signal("prompt", 0.55, r"\b(?:cat|type|open|print) (?:the )?(?:system[_ ]?prompt|prompt\.txt)", "prompt"),
    signal("authority", 0.5, r"\b(?:by|from) your (?:creators?|developers?|makers?|programmers?)\b", "your"),
    signal("authority", 0.4, r"\bauthori[sz]ed (?:red.?teamer|tester|auditor|researcher)\b", "authori"),
    signal("override", 0.85, rf"\b{_OFF} {_DETERMINERS}{_OWN}{_DETERMINERS}{_RULES}\b{_NOT_OURS}"),
    signal("override", 0.85, rf"\b{_OFF} {_DETERMINERS}(?:{_OWN})?{_RULES} {_GIVEN}\b"),
    signal(
        "override",
        0.75,
        rf"\b{_OFF} (?:everything|all|anything|what|whatever) (?:{_GIVEN}|(?:stands |is |was |written |said )?above\b"
        r"|before this (?:message|line|point)|you know about (?:yourself|your))",
    ),
    signal(
        "override",
        0.8,
        rf"\b{_RULES} (?:above|before|so far|until now|{_GIVEN}) (?:are|is|were|have been) (?:all |now )?"
        r"(?:cancell?ed|void|obsolete|replaced|over|suspended|lifted|no longer|gone)",
    ),
    signal(
        "override",
        0.7,
        rf"\b(?:the above|your|(?:all )?previous|prior|earlier) {_RULES} (?:are|is|were|have been|has been|do not"
        rf"|no longer) "
        r"(?:all |now |hereby )?(?:cancell?ed|void|obsolete|replaced|over|suspended|lifted|appl(?:y|ies)|valid"
        r"|withdrawn)",
    ),
    signal("override", 0.5, rf"\b(?:everything|all|whatever) {_GIVEN}\b[^.!?\n]{{0,30}}(?:test|wrong|fake|over|lie)\b"),
    signal(
        "override",
        0.6,
        r"\b(?:do not|dont|never) (?:follow|obey|listen to) (?:your|the|its) (?:operator|company|owner|developer"
        r"|creator|maker)",
    ),
    signal(
        "no rules",
        0.6,
        r"\b(?:you|u) (?:now )?(?:have|ve got) no (?:more )?(?:rules|restrictions|limits|guidelines|filters?)\b",
        "you",
    ),
    signal("no rules", 0.4, rf"\b{_UNBOUND}"),
    signal(
        "new orders",
        0.5,
        r"\b(?:your|here are your|these are your) new (?:task|role|instructions?|rules?|goal|purpose|job"
        r"|system prompt)s? (?:is|are|will be)?\b",
        "new",
    ),
    signal(
        "new orders",
        0.4,
        r"\b(?:new|updated) (?:instructions?|directives?|orders?|system prompt|rules?) ?(?:from\b|you\b|:)",
        "new updated",
    ),
    signal(
        "new orders",
        0.3,
        r"\b(?:do|follow) (?:exactly|only|just) (?:as|what) (?:i|we) (?:say|tell|type)",
        "exactly only just",
    ),
    signal("from now on", 0.25, r"\bfrom (?:now|here|this (?:point|moment)) (?:on|onwards?|forward)\b", "from"),
    signal(
        "persona",
        0.75,
        r"\b(?:you are|youre|you will be|act as|become|be) (?:now )?(?:dan|stan|aim|evil ?bot|an? (?:un(?:restricted"
        r"|filtered|censored)|evil|jailbroken|rogue|free))\b",
    ),
    signal("persona", 0.75, r"\bdo anything now\b|\bdan mode\b", "dan anything"),
    signal(
        "persona",
        0.6,
        rf"\b(?:pretend|act|acting|imagine|simulate|role ?play|behave|respond|answer|speak|talk|suppose|play"
        rf"|continue|write)\b{_GAP}"
        rf"\b{_MODEL}\b{_GAP}\b{_UNBOUND}",
    ),
    signal(
        "persona",
        0.6,
        rf"\b(?:pretend|act|imagine|simulate|role ?play|behave|respond|answer)\b{_GAP}\b{_UNBOUND} ?{_MODEL}\b",
    ),
    signal(
        "persona",
        0.6,
        r"\b(?:grandm|granny|late (?:mother|father|grandfather|nan))[^.!?\n]{0,60}\b(?:keys?|napalm|bombs?"
        r"|passwords?|codes?|recipe for)\b",
        "grand granny late",
    ),
    signal(
        "persona",
        0.25,
        r"\b(?:pretend|imagine|suppose) (?:that )?(?:you|ur?)\b|\bact as\b|\brole ?play|\byou are now\b"
        r"|\bstay in character\b|\bhypothetically\b|\bif (?:you|u) (?:had|have) no\b|\brespond as\b|\banswer as\b"
        r"|\byou are [a-z]{2,10}bot\b",
    ),
    signal(
        "mode",
        0.6,
        r"\b(?:enter|enable|activate|switch (?:in)?to|turn on|go into|start) (?:the |your )?(?:developer|debug|god"
        r"|admin|dan|jailbreak|unrestricted|maintenance|sudo|root) mode\b(?! (?:on|in|of|for)\b)",
        "mode",
    ),
    signal(
        "mode", 0.35, r"\b(?:developer|debug|god|admin|dan|jailbreak|unrestricted|maintenance|sudo|root) mode\b", "mode"
    ),
    signal(
        "mode",
        0.55,
        r"\b(?:simulate|act as|emulate|you are) (?:a |an |the )?(?:linux |unix |bash )?(?:terminal"
        r"|shell)\b[^.!?\n]{0,60}\b(?:root|execute|machine you run)",
        "terminal shell",
    ),
    signal(
        "no refusals",
        0.4,
        r"\b(?:never|not|dont|cannot|cant|must not|wont) (?:ever )?refuse|\brefuses? nothing\b|\bno matter what\b"
        r"|\b(?:breaks?|breaking|broke) (?:its|your|the) (?:own )?rules\b|\bsafety training\b"
        r"|\bmust (?:always )?(?:obey|agree)\b|\bjailbr(?:eak|oke)",
    ),
    signal(
        "prompt",
        0.85,
        rf"\b{_TELL}\b{_GAP}\b(?:your|ur) (?:{_OWN})?(?:(?:secret|developer|first|internal|base|starting|underlying"
        rf"|setup|full|exact|whole|entire) ){{0,2}}(?:prompt|system message|developer message|pre ?prompt)s?\b{_SWIFT}",
    ),
    signal(
        "prompt",
        0.7,
        rf"\b{_TELL}\b{_GAP}\b(?:your|ur) (?:(?:system|initial|original|hidden|secret|developer|internal|configured"
        rf"|exact) ){{0,2}}(?:instructions?|rules|guidelines|directives?|configuration|programming)\b{_NOT_OURS}",
    ),
    signal(
        "prompt",
        0.65,
        rf"\b{_TELL}\b{_GAP}\b(?:the|all) (?:system|hidden|secret|developer|initial|internal) (?:prompt|messages?"
        rf"|instructions|rules|directives?)\b{_NOT_OURS}",
    ),
    signal(
        "prompt",
        0.6,
        rf"\b{_TELL}\b{_GAP}\b(?:instructions|rules|text|prompt|paragraph|words|orders) (?:that |which )?(?:you"
        rf"|u) (?:were|have been|are) (?:given|told|set up|started|configured|made)",
    ),
    signal(
        "prompt",
        0.55,
        r"\b(?:developer|system) message (?:verbatim|word for word|in full)|\bparagraph you were set up with",
        "message paragraph",
    ),
    signal(
        "prompt",
        0.6,
        r"\bwhat (?:were|was|are|have) (?:you|u) (?:been )?(?:told|instructed|programmed|ordered|forbidden) (?:to "
        r"|not to )?(?:never|not|say|hide|do|keep)",
        "what",
    ),
    signal(
        "prompt",
        0.6,
        r"\b(?:instructions|orders|prompt) (?:did|do|have) (?:your|the|you|u)\b[^.!?\n]{0,30}\b(?:give you|given you"
        r"|have|got|receive|follow|been given)",
    ),
    signal(
        "prompt",
        0.6,
        r"\b(?:contents? of|everything in|what is in|whats in) (?:your|ur) (?:context|memory|prompt|instructions)",
        "your ur",
    ),
    signal(
        "prompt",
        0.6,
        r"\b(?:things?|topics?|anything|something|information|what) (?:that |which )?(?:you|u) (?:were|are"
        r"|have been) (?:instructed|told|forbidden|programmed|ordered) (?:to|not|never)",
    ),
    signal(
        "prompt",
        0.65,
        rf"\b{_TELL}\b{_GAP}\b(?:everything|all|text|words?|anything|lines?"
        rf"|whatever)\b[^.!?\n]{{0,20}}\b(?:above|precedes|preceding|before)(?: this| here|,|$)",
        "above preced before",
    ),
    signal(
        "prompt",
        0.5,
        rf"\b{_TELL}\b{_GAP}\b(?:first|initial) message (?:of|in) (?:this|the|our) (?:chat|conversation)",
        "message",
    ),
    signal(
        "prompt",
        0.8,
        r"\b(?:passwords?|secrets?|code ?words?|keys?|canary)\b[^.!?\n]{0,20}\b(?:from|in|of) your (?:instructions"
        r"|prompt|rules|configuration|context)\b",
        "your",
    ),
    signal(
        "word for word",
        0.25,
        r"\bword for word\b|\bverbatim\b|\bin a code ?block\b|\bbegin your (?:answer|reply|response) with\b"
        r"|\bcannot see\b",
    ),
    signal(
        "markup",
        0.5,
        r"</(?:system|assistant|instructions?|admin)>\s*<|<\|im_(?:start|end)\|>|\[/?inst\]|<</?sys>>"
        r"|\[system\].{0,300}\[/system\]|^#{2,4} ?(?:instructions?|system)\b",
        "< [ #",
    ),
    signal(
        "markup",
        0.35,
        r"</?(?:system|assistant|admin)>|\[/?(?:system|admin)\]|^(?:system|developer|assistant) ?:",
        "< [ :",
    ),
    signal("commands", 0.25, r"\byou (?:must|will now|shall|have to) (?:now )?(?!know|be joking)[a-z]", "you"),
    signal(
        "commands",
        0.25,
        r"\b(?:print|say|output|reply with|answer with) (?:only|just|nothing but) (?:the word )?\w",
        "only just nothing",
    ),
    signal(
        "commands",
        0.35,
        r"\b(?:send|post|forward|upload) (?:the|this|all|our) (?:conversation|chat|history|messages?"
        r"|transcript)\b[^.!?\n]{0,20}\bhttp",
        "http",
    ),
    signal(
        "authority",
        0.45,
        r"\bi(?: a)?m (?:your|ur) (?:developer|creator|admin(?:istrator)?|programmer|maker|operator|engineer)\b",
        "your ur",
    ),
    signal(
        "authority",
        0.5,
        r"\b(?:instructions?|message|orders?|notice) (?:from|by) (?:the )?(?:admin(?:istrator)?|developers?|system"
        r"|operator|openai|anthropic)\b",
    ),
    signal("authority", 0.45, r"\bsystem (?:override|update|alert)\b|\badmin override\b", "override system"),
    signal(
        "addressed",
        0.45,
        rf"\b(?:note|notice|attention|instructions?|message|memo|warning) ?(?:to|for)? (?:the |any |all "
        rf"|every )?{_MODEL}\b",
    ),
    signal(
        "addressed",
        0.45,
        r"\b(?:if|when|since) you(?: a)?re an? (?:ai|llm|language model|bot|chat ?bot|machine)\b",
        "you",
    ),
    signal(
        "addressed",
        0.45,
        rf"\b{_MODEL} (?:models? |systems? |assistants? )?(?:reading|processing|that reads?|who reads?|which reads?"
        rf"|summari[sz]ing) (?:this|it)\b|<!-- ?(?:assistant|ai|system|bot)\b",
    ),
    signal(
        "to the user",
        0.3,
        r"\b(?:tell|convince|inform) the (?:user|customer|reader)\b|\bignore the user\b"
        r"|\breply with the (?:admin )?password\b|\bmust rate\b|\bdo not (?:follow|mention|warn)\b"
        r"|\bsay (?:that )?this (?:candidate|product)\b",
    ),
    signal(
        "encoded",
        0.4,
        r"\b(?:decode|decipher|decrypt|unscramble|base64|rot ?13|hex)\b[^.!?\n]{0,40}\b(?:do|follow|execute|obey|run"
        r"|act|answer|comply)\b",
    ),
)
