from pathlib import Path

from dialog_core.component import Context
from dialog_core.configuration import Options
from dialog_core.stores.memory_profiles import MemoryProfileStore
from dialog_core.testing.profile_stores import ProfileStoreContract


class TestMemoryProfileStore(ProfileStoreContract):
    def make_store(self, tmp_path: Path) -> MemoryProfileStore:
        return MemoryProfileStore(Options(), Context())
