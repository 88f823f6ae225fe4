from pathlib import Path

import pytest

from dialog_core.component import Context
from dialog_core.configuration import Options
from dialog_core.errors import StoreError
from dialog_core.stores.memory import MemoryStore
from dialog_core.testing.sample_events import said
from dialog_core.testing.stores import StoreContract


class TestMemoryStore(StoreContract):
    def make_store(self, tmp_path: Path) -> MemoryStore:
        return MemoryStore(Options(), Context())

    async def test_a_trace_given_out_is_a_copy(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            await store.append("c", [said("a")], expected_length=0, trace={"message_id": "1", "parts": []})
            given_out = await store.load_trace("c", "1")
            assert given_out is not None
            given_out["parts"].append("scribble")
            assert await store.load_trace("c", "1") == {"message_id": "1", "parts": []}

    async def test_a_closed_store_says_so(self, tmp_path: Path) -> None:
        store = self.make_store(tmp_path)
        await store.close()
        with pytest.raises(StoreError, match="closed"):
            await store.load("c")
