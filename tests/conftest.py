"""What holds for every test."""

import os

import pytest

# Tests run in as many processes as there are cores. Threads of theirs, waiting for each other in every small product of
# matrices, would make them many times slower. Said before numpy or torch is imported, which is when they ask.
os.environ.setdefault("OMP_NUM_THREADS", "1")

SLOW = 300  # seconds that a slow test may take, on a machine that is busy


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give slow tests more time."""
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SLOW))
