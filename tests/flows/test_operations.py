"""The operations page: its first section is done here, step by step, on a machine of folders.

What is put in place of what the page says, and why: the folders of the machine, for folders
of the test; users and packages of the system, which a test must not make; systemctl, by one
that starts what the unit says; and the dependencies of the wheel, which the test's own Python
holds already, so that nothing is fetched. All else is done as it is written.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tests.flows.scheduler import free_port, wait_for
from tests.wheels import build_wheel

_PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
_UNITS = sorted((ROOT / "flows" / "systemd").glob("*.service"))
_TIMERS = sorted((ROOT / "flows" / "systemd").glob("*.timer"))
_SYSTEM = {
    "apt-get": "exit 0",
    "useradd": "for last; do true; done; mkdir -p {home}",
    "runuser": 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"',
    "systemctl": f'exec {sys.executable} {Path(__file__).with_name("systemctl.py")} "$@"',
    # The users that files are given to are not there.
    "install": 'args=(); while [ $# -gt 0 ]; do case "$1" in -o|-g) shift 2;; '
    '*) args+=("$1"); shift;; esac; done; exec /usr/bin/install "${{args[@]}}"',
}


def _steps(kind: str) -> list[str]:
    return re.findall(rf"^```sh {kind}\n(.*?)^```", _PAGE, re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Machine:
    """Folders that stand for those of a machine."""

    folder: Path
    words: dict[str, str]
    told: dict[str, str]

    @property
    def home(self) -> Path:
        """The home that the page makes."""
        return self.folder / "srv"

    def do(self, step: str) -> str:
        """Do one block of the page; return what it printed."""
        for old, new in self.words.items():
            step = step.replace(old, new)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", step],
            cwd=self.folder,
            env=self.told,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{step}\n{done.stdout}{done.stderr}"
        return done.stdout


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine without anything, and with the wheel in the present folder."""
    folder = tmp_path_factory.mktemp("machine")
    build_wheel(folder)
    for name in ("bin", "units", "pids"):
        (folder / name).mkdir()
    made = Machine(folder, _words(folder), _environment(folder))
    for name, script in _SYSTEM.items():
        path = folder / "bin" / name
        path.write_text("#!/bin/bash\n" + script.format(home=made.home) + "\n")
        path.chmod(0o755)
    told = {"units": str(folder / "units"), "pids": str(folder / "pids"), "words": made.words}
    (folder / "machine.json").write_text(json.dumps(told))
    yield made
    _stop(folder / "pids")


def _words(folder: Path) -> dict[str, str]:
    venv = folder / "opt"
    packages = sysconfig.get_path("purelib")
    inner = f"{venv}/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    install = "/opt/motbild/bin/pip install motbild-0.1.0-py3-none-any.whl"
    return {
        install: f"{venv}/bin/pip install --quiet --no-deps --no-index motbild-0.1.0-*.whl\n"
        f"echo {packages} > {inner}/dependencies.pth\n"
        f"printf '#!/bin/sh\\nexec {venv}/bin/python -m prefect \"$@\"\\n' > {venv}/bin/prefect\n"
        f"chmod +x {venv}/bin/prefect",
        "/opt/motbild": str(venv),
        "/srv/motbild": str(folder / "srv"),
        "/etc/motbild.env": str(folder / "motbild.env"),
        "/etc/systemd/system": str(folder / "units"),
        "4200": str(free_port()),
        "8000": str(free_port()),
    }


def _environment(folder: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "MOTBILD_"))}
    kept.pop("PYTHONPATH", None)
    path = f"{folder / 'bin'}:{Path(sys.executable).parent}:{kept['PATH']}"
    return {**kept, "PATH": path, "HOME": str(folder), "MACHINE": str(folder / "machine.json")}


def _stop(pids: Path) -> None:
    started = [int(path.read_text()) for path in pids.glob("*.pid")]
    for pid in started:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 60
    while started and time.monotonic() < deadline:
        started = [pid for pid in started if Path(f"/proc/{pid}").exists()]
        time.sleep(0.2)
    for pid in started:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_steps_of_the_page_lead_to_a_night_that_runs_by_itself(machine: Machine) -> None:
    """From a fresh machine: the services stand, a night is run when it is due, all is well."""
    for step in _steps("steps"):
        machine.do(step)
        if "/exports" in step:
            post = '{"id": "1", "text": "Socialtjänsten kidnappar barn för pengar"}\n'
            (machine.home / "exports" / "posts.jsonl").write_text(post)
    wait_for(lambda: list(machine.home.glob("published/analyst-*[!n].duckdb")), 400)
    [afterwards] = _steps("steps afterwards")
    told = machine.do(afterwards)
    assert re.search(r"nightly\s+completed", told)
    assert "MEND" not in told
    counts = machine.do(
        "runuser -u motbild -- env MOTBILD_HOME=/srv/motbild /opt/motbild/bin/motbild sql "
        "\"SELECT counts['posts_added'] AS added FROM analyst.nights\""
    )
    assert "1" in counts.split()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("unit", _UNITS, ids=lambda path: path.stem)
def test_each_unit_is_one_that_systemd_takes(unit: Path, tmp_path: Path) -> None:
    """Systemd finds nothing to complain of, but that the program is not installed here."""
    text = unit.read_text(encoding="utf-8")
    assert "User=motbild" in text
    assert "NoNewPrivileges=yes" in text
    _verify(_copied(unit, tmp_path))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("timer", _TIMERS, ids=lambda path: path.stem)
def test_each_timer_is_one_that_systemd_takes(timer: Path, tmp_path: Path) -> None:
    """It starts the unit of its name."""
    _copied(timer.with_suffix(".service"), tmp_path)
    _verify(_copied(timer, tmp_path))


def _copied(unit: Path, folder: Path) -> Path:
    copy = folder / unit.name
    copy.write_text(re.sub(r"/opt/motbild/bin/\w+", "/bin/true", unit.read_text(encoding="utf-8")))
    return copy


def _verify(copy: Path) -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(copy)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


# What the Compose Specification lets a service say, as far as it is used here.
_SERVICE_KEYS = {
    *("image", "build", "restart", "read_only", "tmpfs", "cap_drop", "security_opt"),
    *("environment", "volumes", "healthcheck", "entrypoint", "command", "ports", "depends_on"),
    *("working_dir", "stop_grace_period"),
}
_CHECK_KEYS = {"test", "interval", "timeout", "retries", "start_period"}
_CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


def test_the_compose_file_says_what_the_specification_knows() -> None:
    """Known keys alone; services, volumes and conditions that are there; nothing open to all.

    Source: the Compose Specification, compose-spec/compose-spec on GitHub.
    """
    compose = yaml.safe_load((ROOT / "flows" / "compose.yaml").read_text(encoding="utf-8"))
    assert {key for key in compose if not key.startswith("x-")} == {"name", "services", "volumes"}
    services = compose["services"]
    for name, service in services.items():
        assert set(service) <= _SERVICE_KEYS, name
        assert set(service.get("healthcheck", {})) <= _CHECK_KEYS, name
        for needed, how in service.get("depends_on", {}).items():
            assert needed in services
            assert how["condition"] in _CONDITIONS
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[needed]
        for volume in service.get("volumes", ()):
            assert volume.split(":")[0] in compose["volumes"], name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ())), name
    for name in ("server", "deploy", "worker", "review"):
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["read_only"] is True


def test_containers_do_not_run_as_root() -> None:
    """The image ends with a user of its own, and holds everything that is not code."""
    lines = (ROOT / "flows" / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("USER")] == ["USER motbild"]
    copied = {line.split()[1] for line in lines if line.startswith("COPY ")}
    assert {"src", "flows", "models", "warehouse"} <= copied


def test_every_symptom_has_its_remedy() -> None:
    """The table of the page has what is seen, what it means and what to do in every row."""
    table = _PAGE.split("| what you see |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    assert len(rows) > 15
    assert all(len(row) == 3 and all(row) for row in rows)
