"""What custom actions are written with, under the names they know: `rasa_sdk`, where that is not installed.

It is the interface that https://rasa.com/docs/action-server/sdk-actions describes, so that code for it runs unchanged.
Modules are called like those of the SDK; `dialog_rasa.actions.in_process.standing_in` says how they get its name. Left
out is what belongs to a server of its own, and `rasa_sdk.knowledge_base`.
"""

from dialog_rasa.actions.in_process.sdk import events, exceptions, executor, forms, interfaces, types, utils
from dialog_rasa.actions.in_process.sdk.forms import FormValidationAction, ValidationAction
from dialog_rasa.actions.in_process.sdk.interfaces import Action, ActionExecutionRejection, Tracker

__version__ = "3.6.2"  # the SDK whose interface this is

__all__ = [
    "Action",
    "ActionExecutionRejection",
    "FormValidationAction",
    "Tracker",
    "ValidationAction",
    "events",
    "exceptions",
    "executor",
    "forms",
    "interfaces",
    "types",
    "utils",
]
