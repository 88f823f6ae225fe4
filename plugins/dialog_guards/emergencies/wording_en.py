# ruff: noqa: E501 - tables of words and texts
"""What is said in English. A line whose placeholder has nothing to fill in is left out."""

REPLIES = {
    "medical": """This may be an emergency. Call {number} now, or have somebody near you call.
Tell them where you are, what happened, and whether the person is awake and breathing. Put the phone on speaker, stay on the line and do what they say.
{advice}
Do not wait for another message from me: I am a program and cannot examine or treat anybody.
{told}""",
    "self_harm": """I am very glad you wrote that. You matter, and you do not have to get through this alone.
If you are in danger now, have taken something or are hurt, or if that is true of somebody with you: call {number}.
You can talk to somebody who listens, now and without being judged: {crisis_line}.
Please go to somebody you trust, or ask them to come and stay with you, and put some distance between you and anything you could hurt yourself with.
{told}
Are you safe at this moment?""",
    "poisoning": """This may be a poisoning or an overdose. Call {number} now if anybody is drowsy, confused, has a seizure, has trouble breathing or cannot be woken.
The poison information line tells you what to do, also where nobody feels ill yet: {poison_line}. Without it, ask {number}.
Keep the packet or whatever is left of it at hand. Tell them what it was, how much, when, and the age of the person.
Do not make anybody vomit, and give nothing to eat or drink unless they tell you to.
{advice}
{told}""",
    "violence": """You may be in danger. If you can, get to a safe place: out of the house, to a neighbour, or behind a door that locks.
Call {police} as soon as it is safe to speak, and say where you are. If somebody is hurt, call {number}.
If speaking would put you at risk, call all the same and stay on the line, or ask somebody you trust to call for you.
What is happening is not your fault.
{told}""",
    "danger": """This may be dangerous. Get yourself and everybody with you out and into fresh air now, if you can do so safely, and do not go back in.
Then call {number}. Tell them where you are, what you saw or smelled, and whether anybody is still inside or feels unwell.
Where it smells of gas, touch no switch and light no flame.
{advice}
{told}""",
}

TOLD = "I am also letting a person here know about this conversation. Do not wait for them."

SAFE = """Thank you for telling me. I am glad you are safe right now.
If that changes, at any time: {number}.
Somebody who listens is there day and night: {crisis_line}.
It is good to have somebody with you for a while, and to tell them how you are."""

NUMBERS = """Emergency: {number}
Somebody who listens: {crisis_line}
Poison information: {poison_line}
Police: {police}"""

QUICK_REPLIES = {
    "self_harm": ("I am safe right now", "I am not safe", "Show me the numbers again"),
    "violence": ("I am safe right now", "Show me the numbers again"),
}

ADVICE = {
    "fumes": "First get everybody out into fresh air, if you can do so safely, and do not go back in. Touch no switch where it smells of gas.",
    "not_breathing": "If they do not wake and do not breathe normally, start pressing hard and fast on the middle of the chest; the people on the phone will count with you.",
    "unconscious": "If they breathe but do not wake, turn them on their side and keep watching their breathing.",
    "choking": "If they cannot cough, speak or breathe: blows between the shoulder blades, then thrusts above the navel; for a baby, blows on the back and presses on the chest, never the belly.",
    "bleeding": "Press firmly on the wound with a clean cloth and keep pressing; leave in what is stuck in it.",
    "seizure": "Move hard things away and put something soft under the head. Do not hold the person down and put nothing in their mouth. Note when it began.",
    "burn": "Cool the burn under cool running water for twenty minutes. No ice, no creams; leave what sticks to it.",
    "stroke": "Note when it began: it matters for the treatment. Nothing to eat or drink.",
    "allergy": "If there is an adrenaline pen that is meant for this person, use it now, and call all the same.",
    "electric": "Do not touch the person before the power is off.",
    "spine": "Do not move the person unless they are in danger where they are.",
    "snake": "Keep still, with the bitten limb low. Do not cut, suck or tie the bite.",
}
