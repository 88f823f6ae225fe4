"""`evaluate retrieval` on MedQuAD's questions as people might shorten them, and on questions about everything else."""

import csv
import json
import os
from collections import defaultdict
from pathlib import Path

import pytest

from dialog_core import Bot
from tests.dialog_core.cli.command import run

ROOT = Path(__file__).parents[4]
DATA = Path(os.environ.get("DIALOG_CORE_DATA", ROOT.parent / "shared" / "data"))
MEDQUAD = DATA / "medquad" / "dev_slice_NIDDK_NINDS_CDC.jsonl"
CLINC = DATA / "clinc150" / "data_full.json"
BOT = ROOT / "configs" / "medical_faq.yaml"
EVERY = 12  # of MedQuAD's entries

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (MEDQUAD.exists() and CLINC.exists()), reason=f"no MedQuAD and CLINC150 in {DATA}"),
]


def shortened(question: str) -> str:
    return " ".join(question.lower().replace("what is (are)", "").replace("what are the", "").replace("?", "").split())


def test_figures_are_those_of_what_the_bot_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIALOG_CORE_DATA", str(DATA))
    rows = [json.loads(line) for line in MEDQUAD.read_text(encoding="utf-8").splitlines()]
    same = defaultdict(list)
    for row in rows:
        same[row["question"]].append(f"{row['source']}/{row['qid']}")
    answered = {shortened(row["question"]): same[row["question"]] for row in rows[::EVERY]}
    outside = [text for text, _ in json.loads(CLINC.read_text(encoding="utf-8"))["oos_val"]]
    file = tmp_path / "questions.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(("question", "entry"))
        table.writerows((text, id) for text, ids in answered.items() for id in ids)
        table.writerows((text, "out_of_scope") for text in outside)

    done = run("evaluate", "retrieval", BOT, file, "--json", tmp_path / "r.json", "--html", tmp_path / "r.html")

    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert found["counts"] == {
        "questions": len(answered) + len(outside),
        "answerable": len(answered),
        "out_of_scope": len(outside),
    }
    measured = found["retrievers"]["medquad"]
    with Bot.load(BOT) as bot:
        hits = {text: [hit.entry.id for hit in bot.search(text, "medquad", top_k=10)] for text in answered}
    first = sum(found[:1] != [] and found[0] in answered[text] for text, found in hits.items())
    recall = sum(len(set(found) & set(answered[text])) / len(answered[text]) for text, found in hits.items())
    assert measured["figures"]["success_at_1"] == pytest.approx(first / len(answered))
    assert measured["figures"]["recall_at_10"] == pytest.approx(recall / len(answered))
    assert measured["figures"]["success_at_1"] > 0.8
    assert measured["figures"]["auroc"] > 0.95
    low, high = measured["intervals"]["success_at_1"]
    assert low <= first / len(answered) <= high
    assert (tmp_path / "r.html").stat().st_size > 20_000
