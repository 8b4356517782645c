"""Stands in for systemctl where no systemd runs: starts what a unit says, as it says it.

`MACHINE` names a JSON file with the folder of units, the folder of process ids, and what
to put in place of which words, since the machine's own folders are not touched.
"""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path


def _start(name: str, machine: dict[str, object], words: dict[str, str]) -> None:
    unit = Path(str(machine["units"])) / f"{name}.service"
    text = unit.read_text(encoding="utf-8")
    for old, new in words.items():
        text = text.replace(old, new)
    told = dict(os.environ)
    command: list[str] = []
    for line in text.splitlines():
        key, _, value = line.partition("=")
        if key == "EnvironmentFile":
            told |= dict(row.split("=", 1) for row in Path(value).read_text().split())
        elif key == "Environment":
            told |= dict(pair.split("=", 1) for pair in shlex.split(value))
        elif key == "ExecStart":
            command = shlex.split(value)
    pids = Path(str(machine["pids"]))
    with (pids / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            command, env=told, stdout=log, stderr=log, cwd="/", start_new_session=True
        )
    (pids / f"{name}.pid").write_text(str(process.pid))


def main(arguments: list[str]) -> None:
    """Do what one call of systemctl asks."""
    machine = json.loads(Path(os.environ["MACHINE"]).read_text())
    verb, *names = [word for word in arguments if not word.startswith("--")]
    if verb == "enable":
        for name in names:
            _start(name, machine, machine["words"])


if __name__ == "__main__":
    main(sys.argv[1:])
