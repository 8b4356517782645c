"""Files whose bytes are damaged, as a failing disk or an interrupted copy leaves them."""

import random
import shutil
from pathlib import Path
from typing import IO

from tests.faults.orders import MENDING, Order
from tests.faults.prepared import finish, start
from tests.faults.trials import Trial

_LIVE = ("live.duckdb",)
_BLOCK = 4096
_MODELS = Path(__file__).parents[2] / "models"


def damage(path: Path, draw: random.Random) -> str:
    """Damage a file in some way; return how, in words."""
    size = path.stat().st_size
    path.chmod(path.stat().st_mode | 0o200)
    way = draw.choice(("some bytes changed", "a block is zeros", "a block is noise", "cut short"))
    if draw.random() < 0.1:
        way = "empty"
    with path.open("r+b") as file:
        if way == "empty":
            file.truncate(0)
        elif way == "cut short":
            file.truncate(draw.randrange(size))
        elif way == "some bytes changed":
            for _ in range(draw.randint(1, 200)):
                _put(file, draw.randrange(size), bytes([draw.randrange(256)]))
        else:
            noise = bytes(_BLOCK) if way == "a block is zeros" else draw.randbytes(_BLOCK)
            start_at = draw.randrange(max(size - _BLOCK, 1))
            _put(file, start_at, noise[: size - start_at])
    return way


def live_damaged(trial: Trial) -> None:
    """Damage the live warehouse: a night says so, what is published stays, a backup mends."""
    way = damage(trial.home / "live.duckdb", trial.draw)
    _night_on_damaged_live(trial, way)


def log_torn(trial: Trial) -> None:
    """Damage the log that a killed night left beside the live warehouse."""
    log = trial.home / "live.duckdb.wal"
    while not log.exists() or not log.stat().st_size:
        at = trial.draw.randint(60, trial.prepared.counts["statement"] - 60)
        finish(start(trial.order(kill_at=at, kills_by="statement")))
    if trial.draw.random() < 0.5:
        way = "cut short"
        with log.open("r+b") as file:
            file.truncate(trial.draw.randrange(log.stat().st_size))
    else:
        way = damage(log, trial.draw)
    _night_on_damaged_live(trial, way)


def snapshot_damaged(trial: Trial) -> None:
    """Damage the newest snapshot: who asks it is told, and the next night publishes anew."""
    newest = (trial.home / "analyst.duckdb").resolve()
    trial.told.append(damage(newest, trial.draw))
    asked = Order(
        trial.home, trial.folder / "told.txt", ("sql", "SELECT * FROM analyst.flagged_posts")
    )
    trial.run(asked, names=("analyst.duckdb",))
    publish_anew(trial)
    trial.mend()


def publish_anew(trial: Trial) -> None:
    """Run a night, which publishes whatever the state of the snapshot before it is."""
    order = trial.order()
    if finish(start(order)):
        trial.lost.append(f"a night fails on it: {order.told.read_text(encoding='utf-8')[-800:]}")


def review_store_damaged(trial: Trial) -> None:
    """Damage the review store: a night says so, and goes on when the right one is back."""
    trial.told.append(damage(trial.home / "review.sqlite", trial.draw))
    with trial.watched():
        trial.run(trial.order(), names=("review store", "review.sqlite"))
    for name in ("review.sqlite-wal", "review.sqlite-shm"):
        (trial.home / name).unlink(missing_ok=True)
    trial.restore("review.sqlite")
    trial.mend()


def key_damaged(trial: Trial) -> None:
    """Take the key of the pseudonyms away, or damage it: no author gets a second pseudonym."""
    key = trial.home / "secrets" / "pseudonym.key"
    way = trial.draw.choice(("missing", "empty", "half", "noise"))
    trial.told.append(way)
    if way == "missing":
        key.unlink()
    else:
        key.write_bytes({"empty": b"", "half": b"ab" * 16, "noise": b"\xff\x00" * 32}[way])
    with trial.watched():
        exit_code = trial.run(trial.order(), names=("pseudonym.key",))
    if exit_code == 0:
        trial.doubled.append("a night went on with another key")
    trial.restore("secrets/pseudonym.key")
    trial.mend()


def model_damaged(trial: Trial) -> None:
    """Damage a file of the trained classifier: it is refused, and nothing is classified."""
    model = trial.folder / "model"
    shutil.copytree(_MODELS / "classifier", model)
    trial.told.append(damage(model / trial.draw.choice(("model.skops", "card.json")), trial.draw))
    _night_with_damaged_part(trial, {"MOTBILD_MODEL": str(model)}, (str(model),))


def encoder_damaged(trial: Trial) -> None:
    """Damage the encoder: vectors that it would make differently are not made."""
    folder = trial.folder / "encoders"
    shutil.copytree(_MODELS / "encoder", folder / "encoder")
    shutil.copy(_MODELS / "encoders.toml", folder)
    parts = ("model.safetensors",) * 3 + ("modules.json", "tokenizer.json")
    trial.told.append(damage(folder / "encoder" / trial.draw.choice(parts), trial.draw))
    _night_with_damaged_part(trial, {}, ("encoder",), folder / "encoders.toml")


def pack_damaged(trial: Trial) -> None:
    """Damage a file of the narrative pack: it is told, with file and line where there is one."""
    pack = trial.folder / "socialtjansten"
    shutil.copytree(_MODELS / "narratives" / "socialtjansten", pack)
    path = pack / trial.draw.choice(("pack.toml", "seeds.jsonl", "facts.toml"))
    trial.told.append(damage(path, trial.draw))
    names = (path.name, "socialtjansten", str(pack))
    _night_with_damaged_part(trial, {"MOTBILD_PACKS": f'["{pack}"]'}, names)


def _night_on_damaged_live(trial: Trial, way: str) -> None:
    trial.told.append(way)
    with trial.watched():
        exit_code = trial.run(trial.order(), names=_LIVE)
    if not (trial.home / "live.duckdb").exists():
        trial.lost.append("the damaged warehouse is gone")
    if exit_code:
        (trial.home / "live.duckdb.wal").unlink(missing_ok=True)
        trial.restore("live.duckdb")
    trial.mend()


def _night_with_damaged_part(
    trial: Trial,
    environment: dict[str, str],
    names: tuple[str, ...],
    encoders_file: Path | None = None,
) -> None:
    """Run a night that should refuse a part, and the next one without it."""
    order = trial.order(
        has_real_model=True, environment=environment, encoders_file=encoders_file, now=MENDING
    )
    exit_code = trial.run(order, names=names)
    if exit_code == 0:
        # Taken for whole: what it classified differs from the stand-in's, so begin anew.
        shutil.rmtree(trial.home)
        trial.prepared.copy(trial.home)
    trial.mend()


def _put(file: IO[bytes], offset: int, content: bytes) -> None:
    file.seek(offset)
    file.write(content)
