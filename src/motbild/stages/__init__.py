"""The stages of a night, each a plain function: read, compute, write.

Every stage asks the warehouse for inputs that lack an output of the versions in
use, and writes each batch in one transaction: run twice it adds nothing, cut
short it goes on where it stopped.
"""

NIGHTLY_ORDER: tuple[str, ...] = (
    "register",
    "fold_decisions",
    "ingest",
    "group",
    "encode",
    "classify",
    "flag",
    "propose",
    "discover",
    "trace",
    "count",
    "spot",
    "notice",
    "publish",
)
