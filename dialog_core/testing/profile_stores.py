"""What every store of profiles must do, as tests to subclass.

    from dialog_core.testing import ProfileStoreContract

    class TestMyProfiles(ProfileStoreContract):
        def make_store(self, tmp_path):
            return MyProfiles(MyOptions(...), Context())

A store whose data outlives it takes `DurableProfileStoreContract` instead. The tests need pytest and pytest-asyncio.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dialog_core.errors import StoreError
from dialog_core.interfaces import ProfileStore
from dialog_core.testing.sample_events import DIFFICULT_TEXTS, NOON
from dialog_core.user import Consent, Fact, Profile

VALUES = ("Ann", "", 1, 2.5, True, False, [1, ["a"]], {"level": 3, "done": ["a", "b"], "ö": None}, *DIFFICULT_TEXTS)


class ProfileStoreContract:
    """Tests for any store of profiles."""

    pytestmark = pytest.mark.asyncio

    def make_store(self, tmp_path: Path) -> ProfileStore:
        """Return a new store; a durable one keeps its data below `tmp_path`. Override this."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to make its store: override make_store")

    @asynccontextmanager
    async def opened(self, tmp_path: Path) -> AsyncIterator[ProfileStore]:
        """Make a store, and close it in the end."""
        store = self.make_store(tmp_path)
        try:
            yield store
        finally:
            await store.close()

    async def test_a_user_nobody_knows_has_an_empty_profile(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            assert await store.get("u") == Profile("u")
            assert await store.forget("u") is False
            assert list(await store.list()) == []

    async def test_facts_and_consent_come_back_as_they_were(self, tmp_path: Path) -> None:
        facts = {
            f"fact {number}": Fact(value, NOON + timedelta(microseconds=number), NOON + timedelta(days=number), "chat")
            for number, value in enumerate(VALUES)
        }
        async with self.opened(tmp_path) as store:
            await store.put("u", facts, Consent(given=True, at=NOON))
            assert await store.get("u") == Profile("u", facts, Consent(given=True, at=NOON))

    async def test_a_fact_is_kept_beside_the_others_and_replaces_its_like(self, tmp_path: Path) -> None:
        first, second = Fact("Ann", NOON, NOON, "a"), Fact("gold", NOON)
        third = Fact("Anna", NOON + timedelta(days=1))
        async with self.opened(tmp_path) as store:
            await store.put("u", {"name": first})
            await store.put("u", {"plan": second})
            await store.put("u", {"name": third})
            assert (await store.get("u")).facts == {"name": third, "plan": second}

    async def test_a_fact_that_is_none_is_forgotten(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            await store.put("u", {"name": Fact("Ann", NOON), "plan": Fact("gold", NOON)})
            await store.put("u", {"name": None, "never": None})
            assert list((await store.get("u")).facts) == ["plan"]

    async def test_consent_is_as_it_was_until_the_user_says_otherwise(self, tmp_path: Path) -> None:
        later = Consent(given=False, at=NOON + timedelta(days=1))
        async with self.opened(tmp_path) as store:
            await store.put("u", {}, Consent(given=True, at=NOON))
            await store.put("u", {"name": Fact("Ann", NOON)})
            assert (await store.get("u")).consent == Consent(given=True, at=NOON)
            await store.put("u", {}, later)
            profile = await store.get("u")
        assert profile.consent == later
        assert list(profile.facts) == ["name"], "what may be kept has been decided before"

    async def test_keeping_nothing_makes_no_profile(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            await store.put("u", {})
            assert list(await store.list()) == []

    async def test_a_user_is_forgotten_wholly_and_alone(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            for user in ("u", "v"):
                await store.put(user, {"name": Fact("Ann", NOON)}, Consent(given=True, at=NOON))
            assert await store.forget("u") is True
            assert await store.get("u") == Profile("u")
            assert [summary.user_id for summary in await store.list()] == ["v"]
            await store.put("u", {"plan": Fact("gold", NOON)})
            assert list((await store.get("u")).facts) == ["plan"], "nothing of before comes back"

    async def test_users_do_not_mix_whatever_they_are_called(self, tmp_path: Path) -> None:
        names = [
            "a",
            "A",
            "a ",
            " a",
            "a\0",
            "a\0b",
            "né",
            "ne\u0301",
            "聊",
            "👩‍🚀",
            "'; DROP TABLE facts; --",
            "a" * 5000,
        ]
        async with self.opened(tmp_path) as store:
            for number, name in enumerate(names):
                await store.put(name, {name: Fact(number, NOON, None, name)})
            for number, name in enumerate(names):
                assert (await store.get(name)).facts == {name: Fact(number, NOON, None, name)}
            assert [summary.user_id for summary in await store.list()] == sorted(names)

    @pytest.mark.parametrize("value", [object(), {1, 2}, float("nan"), b"bytes", {"deep": [{"set": {1}}]}])
    async def test_a_value_json_cannot_hold_is_refused_with_all_that_came_with_it(
        self, tmp_path: Path, value: Any
    ) -> None:
        async with self.opened(tmp_path) as store:
            with pytest.raises(StoreError):
                await store.put("u", {"name": Fact("Ann", NOON), "odd": Fact(value, NOON)})
            assert not (await store.get("u")).facts

    async def test_expired_facts_are_given_until_they_are_forgotten(self, tmp_path: Path) -> None:
        hour = timedelta(hours=1)
        facts = {"gone": Fact(1, NOON, NOON - hour), "now": Fact(2, NOON, NOON), "later": Fact(3, NOON, NOON + hour)}
        async with self.opened(tmp_path) as store:
            await store.put("u", {**facts, "always": Fact(4, NOON)})
            await store.put("v", {"gone": facts["gone"]})
            assert len((await store.get("u")).facts) == 4
            assert await store.expire(NOON) == 3
            assert await store.expire(NOON) == 0
            assert sorted((await store.get("u")).facts) == ["always", "later"]
            assert [summary.user_id for summary in await store.list()] == ["u"], "nothing is left of the other"

    async def test_users_are_listed_with_what_there_is(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            await store.put("b", {"name": Fact("Ann", NOON), "plan": Fact("gold", NOON + timedelta(days=1))})
            await store.put("a", {}, Consent(given=False, at=NOON))
            first, second = await store.list()
        assert (first.user_id, first.facts, first.consent, first.last_at) == ("a", 0, False, None)
        assert (second.user_id, second.facts, second.consent) == ("b", 2, None)
        assert second.last_at == NOON + timedelta(days=1)

    async def test_many_tasks_lose_nothing(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            await asyncio.gather(*(store.put("u", {f"fact {number}": Fact(number, NOON)}) for number in range(50)))
            assert (await store.get("u")).known(NOON) == {f"fact {number}": number for number in range(50)}

    async def test_a_profile_in_hand_does_not_change(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            await store.put("u", {"name": Fact("Ann", NOON)})
            profile = await store.get("u")
            await store.put("u", {"name": None})
        assert list(profile.facts) == ["name"]

    async def test_a_store_may_be_closed_twice(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as store:
            await store.close()


class DurableProfileStoreContract(ProfileStoreContract):
    """Tests for a store whose data outlives it: `make_store` called twice gives two stores of the same data."""

    async def test_everything_is_there_after_reopening(self, tmp_path: Path) -> None:
        facts = {f"fact {number}": Fact(value, NOON, NOON, "chat") for number, value in enumerate(VALUES)}
        async with self.opened(tmp_path) as store:
            await store.put("u", facts, Consent(given=False, at=NOON))
            await store.put("gone", facts)
            await store.forget("gone")
        async with self.opened(tmp_path) as store:
            assert await store.get("u") == Profile("u", facts, Consent(given=False, at=NOON))
            assert [summary.user_id for summary in await store.list()] == ["u"]

    async def test_two_stores_see_what_the_other_keeps_and_forgets(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as here, self.opened(tmp_path) as there:
            await here.put("u", {"name": Fact("Ann", NOON)})
            assert (await there.get("u")).known(NOON) == {"name": "Ann"}
            await there.put("u", {"plan": Fact("gold", NOON)}, Consent(given=True, at=NOON))
            assert (await here.get("u")).known(NOON) == {"name": "Ann", "plan": "gold"}
            assert await here.forget("u")
            assert await there.get("u") == Profile("u")

    async def test_many_tasks_in_two_stores_lose_nothing(self, tmp_path: Path) -> None:
        async with self.opened(tmp_path) as here, self.opened(tmp_path) as there:
            stores = (here, there)
            await asyncio.gather(*(stores[n % 2].put("u", {f"fact {n}": Fact(n, NOON)}) for n in range(40)))
            assert (await here.get("u")).known(NOON) == {f"fact {n}": n for n in range(40)}
            assert await here.get("u") == await there.get("u")
