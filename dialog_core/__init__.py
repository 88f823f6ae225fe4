"""dialog-core: a plugin-based dialogue framework. One YAML file describes a bot.

Everything a bot's user or a plugin's author needs is here; names load on first use, so that importing the package
costs nothing.
"""

from typing import TYPE_CHECKING

from dialog_core.lazy import lazy_exports

if TYPE_CHECKING:
    from dialog_core.action_schema import ActionSchema
    from dialog_core.actions import ActionContext
    from dialog_core.bot import Bot
    from dialog_core.bot_file import BotSpec, ComponentSpec
    from dialog_core.bot_reader import read_bot_file
    from dialog_core.builder import Builder
    from dialog_core.candidate import ActionCall, ActionResult, Candidate, Proposal, Ranked, Ranking
    from dialog_core.cascade import Stage
    from dialog_core.component import Component, Context, KnowledgeOrigin
    from dialog_core.conversation import ActiveFlow, Conversation
    from dialog_core.dispatch import Answer
    from dialog_core.errors import (
        ArtefactError,
        BotClosedError,
        ConversationChanged,
        DialogError,
        PluginError,
        StoreError,
        TrainingError,
        UnknownComponentError,
    )
    from dialog_core.events import (
        Attachment,
        BotSaid,
        ConsentGiven,
        Event,
        Evidence,
        FactLearned,
        FeedbackGiven,
        FlowEnded,
        FlowStarted,
        FlowStepped,
        HandedBack,
        HandedOver,
        HumanSaid,
        Message,
        Remembered,
        ReplyEdited,
        SessionStarted,
        SlotSet,
        UserSaid,
    )
    from dialog_core.hookspecs import hookimpl
    from dialog_core.interfaces import Allow, ConversationSummary, ProfileSummary, Refuse, Rewrite
    from dialog_core.registry import Registry
    from dialog_core.rehearsal import Rehearsed
    from dialog_core.reply import Asking, Piece, Reply, Retracted, StreamItem
    from dialog_core.trace import PartReport, PolicyReport, Trace
    from dialog_core.turn import Turn
    from dialog_core.user import Consent, Fact, Profile, User
    from dialog_core.values import JsonValue

__version__ = "0.1.0"

__all__ = [
    "ActionCall",
    "ActionContext",
    "ActionResult",
    "ActionSchema",
    "ActiveFlow",
    "Allow",
    "Answer",
    "ArtefactError",
    "Asking",
    "Attachment",
    "Bot",
    "BotClosedError",
    "BotSaid",
    "BotSpec",
    "Builder",
    "Candidate",
    "Component",
    "ComponentSpec",
    "Consent",
    "ConsentGiven",
    "Context",
    "Conversation",
    "ConversationChanged",
    "ConversationSummary",
    "DialogError",
    "Event",
    "Evidence",
    "Fact",
    "FactLearned",
    "FeedbackGiven",
    "FlowEnded",
    "FlowStarted",
    "FlowStepped",
    "HandedBack",
    "HandedOver",
    "HumanSaid",
    "JsonValue",
    "KnowledgeOrigin",
    "Message",
    "PartReport",
    "Piece",
    "PluginError",
    "PolicyReport",
    "Profile",
    "ProfileSummary",
    "Proposal",
    "Ranked",
    "Ranking",
    "Refuse",
    "Registry",
    "Rehearsed",
    "Remembered",
    "Reply",
    "ReplyEdited",
    "Retracted",
    "Rewrite",
    "SessionStarted",
    "SlotSet",
    "Stage",
    "StoreError",
    "StreamItem",
    "Trace",
    "TrainingError",
    "Turn",
    "UnknownComponentError",
    "User",
    "UserSaid",
    "hookimpl",
    "read_bot_file",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    globals(),
    {
        "action_schema": ("ActionSchema",),
        "actions": ("ActionContext",),
        "bot": ("Bot",),
        "bot_file": ("BotSpec", "ComponentSpec"),
        "bot_reader": ("read_bot_file",),
        "builder": ("Builder",),
        "candidate": ("ActionCall", "ActionResult", "Candidate", "Proposal", "Ranked", "Ranking"),
        "cascade": ("Stage",),
        "component": ("Component", "Context", "KnowledgeOrigin"),
        "conversation": ("ActiveFlow", "Conversation"),
        "events": (
            "Attachment",
            "BotSaid",
            "ConsentGiven",
            "Event",
            "Evidence",
            "FactLearned",
            "FeedbackGiven",
            "FlowEnded",
            "FlowStarted",
            "FlowStepped",
            "HandedBack",
            "HandedOver",
            "HumanSaid",
            "Message",
            "Remembered",
            "ReplyEdited",
            "SessionStarted",
            "SlotSet",
            "UserSaid",
        ),
        "dispatch": ("Answer",),
        "errors": (
            "ArtefactError",
            "BotClosedError",
            "ConversationChanged",
            "DialogError",
            "PluginError",
            "StoreError",
            "TrainingError",
            "UnknownComponentError",
        ),
        "hookspecs": ("hookimpl",),
        "interfaces": ("Allow", "ConversationSummary", "ProfileSummary", "Refuse", "Rewrite"),
        "registry": ("Registry",),
        "rehearsal": ("Rehearsed",),
        "reply": ("Asking", "Piece", "Reply", "Retracted", "StreamItem"),
        "trace": ("PartReport", "PolicyReport", "Trace"),
        "turn": ("Turn",),
        "user": ("Consent", "Fact", "Profile", "User"),
        "values": ("JsonValue",),
    },
)
