"""Many write to one review store at once, and one is killed: nothing shown as saved is lost."""

import multiprocessing
import random
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from motbild.adapters.review_store import ReviewStore, open_review_store
from motbild.core.acts import Outcome
from tests.conftest import ROOT
from tests.decisions import MOMENT
from tests.reviewing import TEXTS_OF_ACT, act, send

_ROUNDS = 5


def _decide_many(address: str, name: str) -> None:
    with closing(open_review_store(address)) as store:
        for number in range(20):
            send(store, act(f"{name}-{number}", name, family=f"{name}-{number}", texts=(name,)))


def test_threads_and_processes_write_one_chain(store: ReviewStore, address: str) -> None:
    """Twenty people in one app beside two other processes: all is there, and the log whole."""
    context = multiprocessing.get_context("spawn")
    others = [context.Process(target=_decide_many, args=(address, name)) for name in "xy"]
    for other in others:
        other.start()
    with ThreadPoolExecutor(20) as people:
        list(people.map(lambda n: _decide_here(store, n), range(20)))
    for other in others:
        other.join(60)
    assert [other.exitcode for other in others] == [0, 0]
    acts = Counter(row.act_id for row in store.decisions.overlay_after(0))
    assert len(acts) == 20 * 5 + 2 * 20
    assert store.audit.verify() == []
    assert store.audit.entries(limit=1)[0].seq == len(acts)


def _decide_here(store: ReviewStore, number: int) -> None:
    for turn in range(5):
        name = f"p{number}-{turn}"
        assert send(store, act(name, f"p{number}", family=name, texts=(name,))).is_recorded
        store.claims.claim(name, actor=f"p{number}", now=MOMENT)


def test_of_many_on_one_item_one_stands(store: ReviewStore) -> None:
    """Whoever is first is recorded; those who say the same agree, and the rest are late."""

    def decide(number: int) -> Outcome:
        kind = "confirm" if number % 2 else "reject"
        return send(store, act(f"a{number}", f"p{number}", kind))

    with ThreadPoolExecutor(20) as people:
        outcomes = list(people.map(decide, range(20)))
    assert sum(outcome.is_recorded for outcome in outcomes) == 1
    assert sum(outcome.is_agreed for outcome in outcomes) == 9
    assert len(store.decisions.open_late()) == 10
    assert store.decisions.after(0).num_rows == 2


def test_of_many_who_claim_an_item_one_holds_it(store: ReviewStore) -> None:
    """All are told the same name."""
    with ThreadPoolExecutor(20) as people:
        claims = people.map(
            lambda n: store.claims.claim("f1", actor=f"p{n}", now=MOMENT), range(20)
        )
        assert len({claim.actor for claim in claims}) == 1


def test_of_many_first_accounts_one_is_made(store: ReviewStore) -> None:
    """Two apps that start at once make one administrator."""
    with ThreadPoolExecutor(10) as apps:
        made = list(
            apps.map(
                lambda n: store.accounts.create_first(
                    f"rot{n}", "Rot", "hash", actor="terminal", now=MOMENT
                ),
                range(10),
            )
        )
    assert sum(account is not None for account in made) == 1
    assert store.accounts.count() == 1


def test_a_kill_loses_nothing_that_was_told(address: str) -> None:
    """Killed at any moment, every act that was told is there, and none is there in part."""
    told: list[str] = []
    for turn in range(_ROUNDS):
        told += _tell_and_die(address, f"r{turn}", patience=random.uniform(0.02, 0.3))
    assert len(told) >= _ROUNDS
    with closing(open_review_store(address)) as store:
        acts = Counter(row.act_id for row in store.decisions.overlay_after(0))
        assert store.audit.verify() == []
        assert store.audit.entries(limit=1)[0].seq == len(acts)
    assert set(told) <= set(acts)
    assert set(acts.values()) == {TEXTS_OF_ACT}


def _tell_and_die(address: str, name: str, *, patience: float) -> list[str]:
    """Return what a process told before it was killed."""
    command = [sys.executable, "-m", "tests.reviewing", address, name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=_env()) as process:
        assert process.stdout is not None
        told = [process.stdout.readline()]
        time.sleep(patience)
        process.kill()
        told += process.stdout.read().splitlines(keepends=True)
    return [line.decode().strip() for line in told if line.endswith(b"\n")]


def _env() -> dict[str, str]:
    return {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PATH": str(Path(sys.executable).parent)}
