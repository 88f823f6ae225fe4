"""What plugin authors test their components with.

Contracts are classes of tests to subclass: one method says how the component is made. `make_turn` and `make_context`
are for tests of one component, `make_bot`, `write_bot` and `TestChat` for tests of a whole bot, and the scripted
components stand in for the other parts. Names load on first use; only the contracts need pytest.
"""

import sys
from typing import TYPE_CHECKING

from dialog_core.lazy import lazy_exports

if TYPE_CHECKING:
    from dialog_core.testing.annotators import AnnotatorContract
    from dialog_core.testing.bots import make_bot, make_manager, write_bot
    from dialog_core.testing.chat import TestChat
    from dialog_core.testing.data_formats import ReaderContract, WriterContract
    from dialog_core.testing.data_steps import AugmenterContract, CleanerContract, RecognizerContract
    from dialog_core.testing.durable_stores import DurableStoreContract
    from dialog_core.testing.endpoint import Cuts, Empty, Endless, Fails, Malformed, ScriptedEndpoint
    from dialog_core.testing.endpoint_protocol import Says
    from dialog_core.testing.guards import GuardContract
    from dialog_core.testing.jobs import make_job
    from dialog_core.testing.nasty_texts import NASTY_TEXTS
    from dialog_core.testing.observers import ObserverContract
    from dialog_core.testing.policies import PolicyContract
    from dialog_core.testing.profile_stores import DurableProfileStoreContract, ProfileStoreContract
    from dialog_core.testing.rankers import RankerContract
    from dialog_core.testing.scripted import (
        Hang,
        Rubbish,
        ScriptedAnnotator,
        ScriptedGuard,
        ScriptedPolicy,
        ScriptedRanker,
    )
    from dialog_core.testing.stores import StoreContract
    from dialog_core.testing.turns import make_context, make_turn

__all__ = [
    "NASTY_TEXTS",
    "AnnotatorContract",
    "AugmenterContract",
    "CleanerContract",
    "Cuts",
    "DurableProfileStoreContract",
    "DurableStoreContract",
    "Empty",
    "Endless",
    "Fails",
    "GuardContract",
    "Hang",
    "Malformed",
    "ObserverContract",
    "PolicyContract",
    "ProfileStoreContract",
    "RankerContract",
    "ReaderContract",
    "RecognizerContract",
    "Rubbish",
    "Says",
    "ScriptedAnnotator",
    "ScriptedEndpoint",
    "ScriptedGuard",
    "ScriptedPolicy",
    "ScriptedRanker",
    "StoreContract",
    "TestChat",
    "WriterContract",
    "make_bot",
    "make_context",
    "make_job",
    "make_manager",
    "make_turn",
    "write_bot",
]

CONTRACTS = (
    "annotators",
    "data_formats",
    "data_steps",
    "durable_stores",
    "guards",
    "observers",
    "policies",
    "profile_stores",
    "rankers",
    "stores",
)
if "pytest" in sys.modules:  # so that a test of a contract that fails shows the values it is about
    sys.modules["pytest"].register_assert_rewrite(*(f"{__name__}.{module}" for module in CONTRACTS))

__getattr__, __dir__ = lazy_exports(
    __name__,
    globals(),
    {
        "annotators": ("AnnotatorContract",),
        "bots": ("make_bot", "make_manager", "write_bot"),
        "chat": ("TestChat",),
        "data_formats": ("ReaderContract", "WriterContract"),
        "data_steps": ("AugmenterContract", "CleanerContract", "RecognizerContract"),
        "durable_stores": ("DurableStoreContract",),
        "endpoint": ("Cuts", "Empty", "Endless", "Fails", "Malformed", "ScriptedEndpoint"),
        "endpoint_protocol": ("Says",),
        "guards": ("GuardContract",),
        "jobs": ("make_job",),
        "nasty_texts": ("NASTY_TEXTS",),
        "observers": ("ObserverContract",),
        "policies": ("PolicyContract",),
        "profile_stores": ("DurableProfileStoreContract", "ProfileStoreContract"),
        "rankers": ("RankerContract",),
        "scripted": ("Hang", "Rubbish", "ScriptedAnnotator", "ScriptedGuard", "ScriptedPolicy", "ScriptedRanker"),
        "stores": ("StoreContract",),
        "turns": ("make_context", "make_turn"),
    },
)
