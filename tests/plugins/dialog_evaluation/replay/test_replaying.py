"""Stored turns put to bots: nothing differs where nothing was changed, and just what was changed differs."""

import json
import sqlite3
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

from dialog_core import (
    Bot,
    BotSaid,
    FeedbackGiven,
    HandedBack,
    HandedOver,
    HumanSaid,
    Message,
    ReplyEdited,
    SessionStarted,
    UserSaid,
)
from dialog_evaluation.replay.selection import Selection
from tests.plugins.dialog_evaluation.replay.shop import (
    MORNING,
    TALKS,
    changed_bot,
    differing,
    hold,
    record,
    replay,
    say,
)

TURNS = sum(map(len, TALKS.values()))


def till(directory: Path) -> list[str]:
    file = directory / "till.txt"
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


# --- Nothing was changed


def test_nothing_differs_where_nothing_was_changed(talked: Path) -> None:
    findings, turns = replay(talked)

    assert differing(turns) == {}
    assert findings.turns == len(turns) == TURNS
    assert findings.unrecorded == findings.failed == {}
    assert {turn.after.policy for turn in turns} == {"rules", "tasks", "clock", "faq", "llm", "guard", "fallback"}
    told = {turn.text: turn.after for turn in turns}
    assert told["curse"].text == "A d*** shame."
    assert told["my card is ****"].text.startswith("Well, I hear you say 'my card is ****'")
    assert told["time please"].text.startswith("09:02:00, ")
    assert (told["when do you open?"].text, told["when do you open?"].follow_up) == ("We open at nine.", "Which order?")
    assert told["yes"].action == {"name": "refund", "arguments": {"order": "1234"}}
    assert len(told["a long story"].text) > 10_000, "longer than a trace keeps it"
    assert all(turn.before.probability == turn.after.probability for turn in turns)


def test_nobody_is_asked_whose_answer_is_on_record_and_nothing_happens(talked: Path) -> None:
    before, database = till(talked), (talked / "talks.db").read_bytes()
    assert "refund 1234" in before
    replay(talked)
    assert till(talked) == before
    assert (talked / "talks.db").read_bytes() == database


def test_it_makes_no_difference_how_many_conversations_are_under_way_at_once(talked: Path) -> None:
    other = changed_bot(talked, ("answer_at: 0.3", "answer_at: 0.9"))
    assert [turn.to_json() for turn in replay(talked, other, jobs=1)[1]] == [
        turn.to_json() for turn in replay(talked, other, jobs=8)[1]
    ]


def test_a_reply_that_was_drawn_by_chance_is_drawn_again(shop: Path) -> None:
    bot = (shop / "bot.yaml").read_text(encoding="utf-8").replace("answer_at: 0.3", "answer_at: 0.01, explore: 1")
    (shop / "bot.yaml").write_text(bot, encoding="utf-8")
    questions = ["how long does delivery take", "when do you open"]
    hold(shop, {f"c{number}": [(questions[number % 2], 0)] for number in range(20)})
    _findings, turns = replay(shop)
    assert {turn.before.policy for turn in turns} == {"faq", "llm"}, "or nothing was left to chance"
    assert differing(turns) == {}
    sober, _ = replay(shop, changed_bot(shop, (", explore: 1", "")))
    assert sober.changed == sober.by_chance > 0


# --- Just what was changed differs


def test_a_higher_floor_leaves_messages_unanswered(talked: Path) -> None:
    findings, turns = replay(talked, changed_bot(talked, ("answer_at: 0.3", "answer_at: 0.7")))
    changed = differing(turns)
    assert changed["tell me a story"] == ("no longer answered", "fallback", "I do not know.")
    assert changed["讲个故事"] == ("no longer answered", "fallback", "我不知道。")
    assert findings.changed == findings.worse == findings.changes["no longer answered"] == len(changed) == 5


def test_another_wording_is_told_from_another_reply(talked: Path) -> None:
    other = changed_bot(talked, ("We open at nine.", "We open at ten."), file="faq.csv")
    assert differing(replay(talked, other)[1]) == {"when do you open?": ("reworded", "faq", "We open at ten.")}

    renamed = ("opening,When do you open?,We open at nine.", "hours,When do you open?,We open at ten.")
    other = changed_bot(talked, renamed, file="faq.csv")
    assert differing(replay(talked, other)[1]) == {"when do you open?": ("other reply", "faq", "We open at ten.")}


def test_a_rule_keeps_its_name_wherever_it_stands(talked: Path) -> None:
    moved = ("rules:\n", "rules:\n  - {name: more, when: more, say: More of what?}\n")
    other = changed_bot(talked, moved, ("say: A damn shame.", "say: A pity."), file="rules.yaml")
    assert differing(replay(talked, other)[1]) == {"curse": ("reworded", "rules", "A pity.")}


def test_what_was_not_answered_may_be_now(talked: Path) -> None:
    new = ("rules:\n", "rules:\n  - {name: break, when: break down, say: Take a rest.}\n")
    findings, turns = replay(talked, changed_bot(talked, new, file="rules.yaml"))
    assert differing(turns) == {"break down": ("now answered", "rules", "Take a rest.")}
    assert findings.worse == 0


def test_another_action_or_other_arguments_are_told(talked: Path) -> None:
    other = changed_bot(talked, ('order: "{{ slots.order }}"', 'order: "{{ slots.order }}-X"'), file="flows.yaml")
    _findings, turns = replay(talked, other)
    assert differing(turns) == {"yes": ("other action", "tasks", "")}
    (turn,) = (turn for turn in turns if turn.changed)
    assert turn.before.action == {"name": "refund", "arguments": {"order": "1234"}}
    assert turn.after.action == {"name": "refund", "arguments": {"order": "1234-X"}}
    assert "refund 1234-X" not in till(talked)


def test_a_flow_that_asks_otherwise_in_between_is_a_difference(talked: Path) -> None:
    changed = differing(
        replay(talked, changed_bot(talked, ("ask: Which order?", "ask: What is its number?"), file="flows.yaml"))[1]
    )
    assert set(changed) == {"give it back", "when do you open?"}
    assert changed["when do you open?"] == ("reworded", "faq", "We open at nine.")


def test_another_guard_is_a_difference(talked: Path) -> None:
    changed = differing(replay(talked, changed_bot(talked, ("guards: [{use: manners}]\n", "")))[1])
    assert changed == {
        "you fool": ("other reply", "fallback", "I do not know."),
        "curse": ("reworded", "rules", "A damn shame."),
    }


def test_another_seed_draws_other_variants(talked: Path) -> None:
    changed = differing(replay(talked, changed_bot(talked, ("seed: 3", "seed: 4")))[1])
    assert {"time please", "time now"} <= set(changed)
    assert {kind for kind, *_ in changed.values()} <= {"reworded", "other reply"}


# --- Language models


def test_a_model_that_speaks_otherwise_is_heard_only_by_those_who_ask_it(talked: Path) -> None:
    other = changed_bot(talked, ('voice: "Well, "', 'voice: "Hm. "'))
    findings, turns = replay(talked, other)
    assert differing(turns) == {}
    assert list(findings.fingerprints) == ["llm"]
    asked = len(till(talked))
    changed = differing(replay(talked, other, ask=["llm"])[1])
    assert len(till(talked)) > asked
    assert changed["tell me a story"] == ("other reply", "llm", "Hm. I hear you say 'tell me a story'. ")
    assert set(changed) == {"tell me a story", "a long story", "my card is ****", "讲个故事"}


def test_what_it_said_competes_anew(talked: Path) -> None:
    together = changed_bot(talked, ("[rules, tasks, clock], [faq], [llm]", "[llm], [rules, tasks, clock], [faq]"))
    assert differing(replay(talked, together)[1]) == {}, "whatever the order in which they are heard"
    new = ("rules:\n", "rules:\n  - {name: story, when: story, say: Once upon a time.}\n")
    changed = differing(replay(talked, changed_bot(talked, new, file="rules.yaml"))[1])
    assert changed == dict.fromkeys(["tell me a story", "a long story"], ("other reply", "rules", "Once upon a time."))


def test_a_model_that_was_not_asked_then_has_no_say_and_that_is_counted(talked: Path) -> None:
    findings, turns = replay(talked, changed_bot(talked, ("accept_at: 0.7", "accept_at: 0.999")))
    unrecorded = [turn.text for turn in turns if turn.unrecorded == ("llm",)]
    assert "when do you open?" in unrecorded
    assert "tell me a story" not in unrecorded, "there it was asked"
    assert "break down" not in unrecorded, "there it was asked, and failed"
    assert findings.unrecorded == {"llm": len(unrecorded)}
    assert differing(turns) == {}
    assert replay(talked, changed_bot(talked, ("accept_at: 0.7", "accept_at: 0.999")), ask=["llm"])[0].unrecorded == {}


def test_a_model_of_another_name_was_never_asked(talked: Path) -> None:
    findings, turns = replay(talked, changed_bot(talked, ("name: llm", "name: lm"), ("[llm]", "[lm]")))
    assert findings.unrecorded["lm"] > 5
    assert differing(turns)["tell me a story"][0] == "no longer answered"


# --- How replies were taken


def test_how_a_reply_was_taken_says_what_a_change_is_worth(talked: Path) -> None:
    record(talked, "ann", FeedbackGiven("m0", "bad", MORNING), FeedbackGiven("m0", "good", MORNING))
    record(talked, "ann", FeedbackGiven("m4", "bad", MORNING))
    record(talked, "cleo", ReplyEdited("m4", "A pity.", MORNING, "Kim"), FeedbackGiven("m4", "good", MORNING))
    record(talked, "cleo", ReplyEdited("m1", "Please  be polite.", MORNING, "Kim"))
    record(talked, "ben", HandedOver(MORNING, "let me"), HumanSaid("Yes?", MORNING), HandedBack(MORNING))
    other = changed_bot(
        talked,
        ("say: A damn shame.", "say: A pity."),
        ('"Hello!"', '"Howdy!"'),
        ('"Hi there!"', '"Howdy!"'),
        ('"Good day!"', '"Howdy!"'),
        file="rules.yaml",
    )
    findings, turns = replay(talked, other)
    standing = {(turn.conversation, turn.text): (turn.judgement, turn.standing, turn.worse) for turn in turns}
    assert standing["ann", "hello"] == ("good", "praised", True)
    assert standing["ann", "hi"] == ("", "changed", False)
    assert standing["ann", "when do you open?"] == ("bad", "complaint stays", False)
    assert standing["cleo", "curse"] == ("edited", "as corrected", False)
    assert standing["cleo", "you fool"] == ("", "same", False), "an edit that changes nothing is none"
    assert standing["ben", "time now"] == ("taken over", "complaint stays", False)
    assert standing["ann", "bye"] == ("", "same", False)
    assert (findings.standings["praised"], findings.standings["as corrected"], findings.worse) == (1, 1, 1)
    assert sorted(turns, key=lambda turn: turn.order)[0].text == "hello"


def test_a_bot_that_hands_over_by_itself_has_not_been_complained_about(shop: Path) -> None:
    flow = "flows:\n  person: {start: {when: a person please}, steps: [{hand_over: asked for one}]}\n"
    flows = (shop / "flows.yaml").read_text(encoding="utf-8")
    (shop / "flows.yaml").write_text(flows.replace("flows:\n", flow), encoding="utf-8")
    hold(shop, {"c": [("a person please", 0), ("hello?", 1)]})
    findings, turns = replay(shop)
    assert [(turn.text, turn.before.policy, turn.standing) for turn in turns] == [("a person please", "tasks", "same")]
    assert findings.unanswered == 1


def test_what_a_reply_has_learnt_about_a_user_was_not_known_when_it_was_chosen(shop: Path) -> None:
    rules = """
entities: {name: "[A-Z][a-z]+"}
rules:
  - {name: first, when: "my name is {name}", if: not user.name, learn: {name: "{{ name }}"}, say: Nice to meet you.}
  - {name: again, when: "my name is {name}", say: "I know, {{ user.name }}."}
  - {name: forget, when: forget me, if: user.name, consent: false, say: "Goodbye, {{ user.name }}."}
"""
    (shop / "rules.yaml").write_text(rules, encoding="utf-8")
    hold(shop, {"c": [("my name is Ann", 0), ("my name is Ann", 1), ("forget me", 2)]})
    _findings, turns = replay(shop)
    assert [turn.before.text for turn in turns] == ["Nice to meet you.", "I know, Ann.", "Goodbye, ."]
    assert differing(turns) == {}


def test_messages_nobody_or_a_person_answered_are_only_counted(shop: Path) -> None:
    hold(shop, {"c": [("hello", 0)]})
    events = [HandedOver(MORNING), UserSaid(Message("anyone?", client_id="m1")), HumanSaid("Me.", MORNING)]
    record(shop, "c", *events)
    findings, turns = replay(shop)
    assert [turn.text for turn in turns] == ["hello"]
    assert (findings.unanswered, findings.conversations) == (1, 1)


def test_a_message_that_was_taken_up_again_later_is_replayed_as_it_was_answered(shop: Path) -> None:
    with Bot.load(shop / "bot.yaml") as bot:
        left = [SessionStarted(MORNING), UserSaid(Message("time please", client_id="m0", at=MORNING))]
        bot.record("c", left)
        say(bot, "c", "hello", "m1", MORNING + timedelta(minutes=1))
        say(bot, "c", "time please", "m0", MORNING + timedelta(hours=20))
        say(bot, "c", "time too", "m2", MORNING + timedelta(hours=20))
        assert [event.in_reply_to for event in bot.conversation("c").events if isinstance(event, BotSaid)] == [
            "m1",
            "m0",
            "m2",
        ]
    findings, turns = replay(shop)
    assert differing(turns) == {}
    assert (findings.turns, findings.unanswered) == (3, 0)
    assert [turn.at[11:16] for turn in turns] == ["05:00", "09:01", "05:00"]


def test_a_session_that_expires_otherwise_is_a_difference(shop: Path) -> None:
    hold(shop, {"c": [("my name is Ann", 0), ("bye", 60)]})
    assert differing(replay(shop)[1]) == {}
    changed = differing(replay(shop, changed_bot(shop, ("session_expiry: 2h", "session_expiry: 30m")))[1])
    assert set(changed) == {"bye"}
    assert changed["bye"][0] == "reworded"


# --- Failures


def test_policies_that_fail_are_told_and_the_others_still_answer(talked: Path) -> None:
    findings, turns = replay(talked, changed_bot(talked, ("{use: clock}", "{use: clock, fails: true}")))
    failed = {turn.text: dict(turn.failed) for turn in turns if turn.failed}
    assert failed == {key: {"clock": "ValueError: the spring broke"} for key in ["time please", "time now"]}
    assert findings.failed == {"clock": 2}
    assert findings.reasons == {"clock": "ValueError: the spring broke"}


def test_other_parts_that_fail_are_told_as_well(talked: Path) -> None:
    findings, turns = replay(talked, changed_bot(talked, ("guards: [{use: manners}]", "guards: [{use: nervous}]")))
    assert set(findings.failed) == {"guard nervous"}
    assert dict(turns[0].failed)["guard nervous"].startswith("failed (ValueError: too much)")


def test_policies_that_hang_cost_as_much_patience_as_there_is(shop: Path) -> None:
    hold(shop, {"c": [("time please", 0), ("hello", 1)]})
    findings, turns = replay(shop, changed_bot(shop, ("{use: clock}", "{use: clock, hangs: true}")), patience=0.2)
    assert findings.failed == {"clock": 1}
    assert dict(turns[0].failed) == {"clock": "took longer than 0.2 s"}
    assert not turns[1].changed


# --- Stores


def rewrite_traces(directory: Path, change: Any) -> None:
    with sqlite3.connect(directory / "talks.db") as store:
        rows = store.execute("SELECT rowid, body FROM traces").fetchall()
        for row, body in rows:
            trace = change(json.loads(body))
            if trace is None:
                store.execute("DELETE FROM traces WHERE rowid = ?", (row,))
            else:
                store.execute("UPDATE traces SET body = ? WHERE rowid = ?", (json.dumps(trace), row))
    store.close()


def test_traces_of_older_versions_do(talked: Path) -> None:
    since = ("scale", "language", "annotations", "propensity", "explored", "fingerprints")
    rewrite_traces(talked, lambda trace: {name: value for name, value in trace.items() if name not in since})
    findings, turns = replay(talked)
    assert differing(turns) == {}
    assert findings.fingerprints == {}


def test_without_traces_only_what_models_said_is_missing(talked: Path) -> None:
    rewrite_traces(talked, lambda trace: None)
    findings, turns = replay(talked)
    assert set(differing(turns)) == {"tell me a story", "a long story", "my card is ****", "讲个故事"}
    assert findings.unrecorded["llm"] >= 4


def test_a_trace_that_is_none_is_no_reason_to_give_up(talked: Path) -> None:
    rewrite_traces(talked, lambda trace: {"policies": [{}], "candidates": [{"policy": "llm"}], "chosen": 7})
    assert replay(talked)[0].turns == TURNS


def test_a_bot_may_go_on_writing_meanwhile(talked: Path) -> None:
    stop = threading.Event()
    written = []

    def write() -> None:
        with Bot.load(talked / "bot.yaml") as bot:
            while not stop.is_set():
                say(bot, "dora", "hello", f"m{len(written)}")
                written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while not written:
            stop.wait(0.01)
        findings, turns = replay(talked)
    finally:
        stop.set()
        writer.join()
    assert differing(turns) == {}
    assert TURNS < findings.turns <= TURNS + len(written)
    assert replay(talked)[0].turns == TURNS + len(written)


def test_conversations_can_be_chosen(talked: Path) -> None:
    assert {turn.conversation for turn in replay(talked, choose=Selection(ids=("ben",)))[1]} == {"ben"}
    assert {turn.conversation for turn in replay(talked, choose=Selection(last=1))[1]} == {"ann"}
    since = MORNING + timedelta(hours=5)
    _, turns = replay(talked, choose=Selection(since=since), since=since)
    assert [turn.text for turn in turns] == ["hi", "bye"]
