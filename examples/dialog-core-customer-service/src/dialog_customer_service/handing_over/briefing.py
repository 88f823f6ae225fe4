"""The annotator `briefing`: what a customer has asked for in this conversation, in their own words."""

import re
from datetime import timedelta

from dialog_core import Component, Context, JsonValue, Turn, UserSaid
from dialog_customer_service.options import BriefingOptions

LONGEST = 140  # characters of one message that are quoted
RECENT = timedelta(hours=12)  # what was said before is another matter
LOOKED_AT = 40  # messages
_NOTHING = re.compile(
    r"(?:(?:ok|okay|yes|yeah|yep|no|nope|hi|hello|hey|thanks?|thank you|please|pls|cheers|bye|sure|fine|"
    r"great|great,|the other one|"
    r"(?:let me |can i |i want to |i'd like to |please )?(?:talk|speak|chat) (?:to|with) (?:an? |the |your |"
    r"some ?)?(?:real |human |live )?(?:colleague|human|person|agent|manager|someone|somebody|operator|"
    r"supervisor|being)|"
    r"(?:a )?(?:colleague|human|agent|real person|person)|"
    r"你好|您好|嗯+|好的?|对|是的?|不用了?|不是|谢谢.{0,3}|可以|行|在吗|确认|(?:我要|帮我|还是|请)?(?:转|找|"
    r"叫)一?下?个?(?:人工|真人|客服).{0,4}|人工客服?|再见|拜拜)[\s,.!?，。！？~]*)+",
    re.IGNORECASE,
)


class Briefing(Component[BriefingOptions]):
    """Leaves out what says nothing by itself: greetings, thanks, yes and no, and the wish for a person."""

    inline = True

    def __init__(self, options: BriefingOptions, context: Context) -> None:
        super().__init__(options, context)
        self._number = re.compile(options.order_number, re.IGNORECASE)

    def annotate(self, turn: Turn) -> JsonValue:
        """Return the messages worth quoting, oldest first, under `asked`, and whether this one names an order."""
        asked: list[str] = []
        for number, said in enumerate(reversed(turn.conversation.messages)):
            if number >= LOOKED_AT or len(asked) >= self.options.messages:
                break
            if not isinstance(said, UserSaid):
                continue
            if turn.now - said.message.at > RECENT and said.message.client_id != turn.message.client_id:
                break
            text = " ".join(said.message.text.split())
            if len(text) > 1 and not _NOTHING.fullmatch(text) and text not in asked:
                asked.append(text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…")
        return {"asked": asked[::-1], "order_number": bool(self._number.search(turn.text))}
