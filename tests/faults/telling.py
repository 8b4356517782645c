"""Alerts whose sender is killed: each notice reaches somebody, and is not told without end."""

import json
from dataclasses import replace

from motbild.adapters.alert_log import AlertLog
from tests.data.receivers import hook_address, webhook
from tests.faults.orders import SECOND_NIGHT, Order
from tests.faults.prepared import finish, start
from tests.faults.trials import Trial

_TOUCHES = 12


def sender_killed(trial: Trial) -> None:
    """Kill the sender as it touches a file; the next one tells what is due, and then is silent."""
    with webhook() as hook:
        environment = {"MOTBILD_ALERT_ADDRESSES": hook_address(hook.port)}
        order = replace(
            Order(trial.home, trial.folder / "told.txt", ("alerts", "send"), SECOND_NIGHT),
            environment=environment,
        )
        killed = replace(order, kill_at=trial.draw.randint(1, _TOUCHES))
        trial.judge(killed, finish(start(killed)))
        trial.is_hit = True
        trial.run(order)
        told = len(hook.bodies)
        trial.run(order)
        entries = AlertLog(trial.home / "alert-log.jsonl").load()
        bodies = [json.dumps(body) for body in hook.bodies]
    if not told or not any(entry.event == "sent" for entry in entries):
        trial.lost.append("what was due was not told")
    # One that died between sending and noting sends once more (decision record 0025).
    if len(bodies) > told or told > 2:
        trial.doubled.append(f"told {len(bodies)} times")
    trial.mend()
