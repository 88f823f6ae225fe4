"""Custom actions in this process: an `actions.py` written for Rasa's SDK runs unchanged, without a server of its own.

`actions_of` imports it and makes each of its actions a function that can be registered as an action of dialog-core.
"""

from dialog_rasa.actions.in_process.loading import actions_of

__all__ = ["actions_of"]
