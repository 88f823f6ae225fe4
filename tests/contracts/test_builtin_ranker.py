from pathlib import Path

from dialog_core.configuration import Options
from dialog_core.ranking import TableRanker
from dialog_core.testing import RankerContract, make_context


class TestTableRanker(RankerContract):
    def make_ranker(self, tmp_path: Path) -> TableRanker:
        return TableRanker(Options(), make_context("table"))
