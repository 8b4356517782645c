"""A warehouse in memory that holds messages as a night leaves them before they are traced."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from motbild.adapters.warehouse import Warehouse, open_in_memory
from motbild.adapters.warehouse.vector_cache import VectorCache
from motbild.core import schemas
from motbild.core.intake import local_day
from motbild.core.text import text_digest
from motbild.core.vectors import Encoder
from motbild.stages.trace import trace
from tests.encoders import HashingEncoder

WAREHOUSE = Path(__file__).parents[1] / "warehouse"
NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
NARRATIVES = ("kidnappning", "barnhandel")


@dataclass(frozen=True)
class Said:
    """A post.

    Attributes:
        text: What it says.
        posted_at: When, or None.
        account: By whom, or None.
        family: What it is a copy of; its own text where none is named.
        narrative: What it bears on; empty where that is none.
        stance: How it stands to that.
        links: What it links to.
    """

    text: str
    posted_at: datetime | None = None
    account: str | None = None
    family: str = ""
    narrative: str = NARRATIVES[0]
    stance: str = "asserts"
    platform: str = "x"
    source: str = "live"
    lang: str = "sv"
    links: Sequence[str] = ()


@dataclass
class Collected:
    """Posts in a warehouse of their own, whose families and classifications are as told."""

    encoder: Encoder = field(default_factory=HashingEncoder)
    warehouse: Warehouse = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        self.warehouse = open_in_memory(WAREHOUSE / "migrations", WAREHOUSE / "views")
        rows = [
            {"title_sv": name, "title_en": name, "claim_sv": "", "falsehood_sv": "", "harm": 0.5}
            | {"narrative_id": name, "pack_id": "test"}
            for name in NARRATIVES
        ]
        self._append("core.narratives", rows, "narrative_id")

    def add(self, said: Iterable[Said]) -> "Collected":
        """Store posts, numbered in their order; returns itself."""
        numbered = list(enumerate(said, start=self.count + 1))
        self.count += len(numbered)
        posts = [_post(f"p{number}", one) for number, one in numbered]
        self._append("core.posts", posts, "post_id")
        texts = {text_digest(one.text): one for _, one in numbered}
        rows = [
            {"text_digest": digest, "text": one.text, "lang": one.lang, "lang_probability": 1.0}
            for digest, one in texts.items()
        ]
        self._append("core.texts", [{**row, "run_id": "r1"} for row in rows], "text_digest")
        families = [
            {"text_digest": digest, "family_id": text_digest(one.family or one.text)}
            for digest, one in texts.items()
        ]
        self._append("core.text_families", families, "text_digest")
        classified = [_classified(digest, one) for digest, one in texts.items()]
        self._append("core.classifications", classified, "text_digest")
        signals = [
            {"post_id": f"p{number}", "kind": "link", "signal_digest": link, "domain": None}
            for number, one in numbered
            for link in one.links
        ]
        if signals:
            with self.warehouse.registered("held", pa.Table.from_pylist(signals)):
                self.warehouse.execute("INSERT INTO core.post_signals BY NAME FROM held")
        return self

    def trace(self, now: datetime = NOW) -> list[dict[str, Any]]:
        """Run the stage; return the campaigns, the highest score first."""
        trace(
            self.warehouse,
            VectorCache(self.warehouse, self.encoder),
            model_version="m1",
            run_id="r1",
            now=now,
        )
        found = self.warehouse.read("FROM core.campaigns ORDER BY score DESC, campaign_id")
        return list(found.to_pylist())

    def _append(self, table: str, rows: Sequence[Mapping[str, Any]], key: str) -> None:
        columns = pa.Table.from_pylist(list(rows), schema=schemas.BY_TABLE[table])
        self.warehouse.append(table, columns, key=(key,))


def reworded(said: Iterable[Said], text: str) -> list[Said]:
    """Return posts as they are but for what they say."""
    return [replace(one, text=text) for one in said]


@dataclass(frozen=True)
class NumberedEncoder:
    """Gives texts one vector where they share their first word, and far ones otherwise."""

    encoder_id: str = "numbered@000000000000"
    dimension: int = 64

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            seed = int.from_bytes(text.split()[0].encode()[:7], "big")
            rows[row] = np.random.default_rng(seed).normal(size=self.dimension)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def _post(post_id: str, one: Said) -> dict[str, Any]:
    return {
        "post_id": post_id,
        "platform": one.platform,
        "source_id": one.source,
        "author_pseudonym": one.account,
        "posted_at": one.posted_at,
        "posted_day": local_day(one.posted_at or NOW),
        "lang": one.lang,
        "text": one.text,
        "text_digest": text_digest(one.text),
        "file_digest": "f1",
        "line_number": 1,
        "run_id": "r1",
    }


def _classified(digest: str, one: Said) -> dict[str, Any]:
    stance = one.stance if one.narrative else "none"
    return {
        "text_digest": digest,
        "parent_digest": "",
        "model_version": "m1",
        "narrative_probabilities": {},
        "matches": [one.narrative] if one.narrative else [],
        "stance": stance,
        "stance_probabilities": {stance: 1.0},
        "threat_probability": 0.0,
        "is_threat": False,
        "is_flagged": stance == "asserts",
        "run_id": "r1",
    }
