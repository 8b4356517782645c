"""What stages were last given: one that is given the same again has nothing to do."""

from hashlib import sha256

import pyarrow as pa

from motbild.adapters.warehouse.connection import Warehouse
from motbild.core import schemas


def digest_input(*given: object) -> str:
    """Return the SHA-256 of what a stage is given, hex; of values that tell all of themselves."""
    return sha256(repr(given).encode("utf-8", "surrogatepass")).hexdigest()


def is_unchanged(warehouse: Warehouse, stage: str, input_digest: str) -> bool:
    """Tell whether a stage was given the same before."""
    kept = warehouse.read_rows("SELECT input_digest FROM ops.stage_inputs WHERE stage = ?", [stage])
    return kept == [(input_digest,)]


def keep_input(warehouse: Warehouse, stage: str, input_digest: str, run_id: str) -> None:
    """Note what a stage was given, within the transaction of what it made of it."""
    told = {"stage": stage, "input_digest": input_digest, "run_id": run_id}
    warehouse.upsert("ops.stage_inputs", pa.Table.from_pylist([told], schema=schemas.STAGE_INPUTS))
