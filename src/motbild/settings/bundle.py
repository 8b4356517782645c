"""What comes along with Motbild: where its flows, models and warehouse files lie."""

import sys
from pathlib import Path

import motbild


def bundle_root() -> Path:
    """Return the folder that holds `flows/`, `models/` and `warehouse/`.

    In a checkout that is its top; in an installed wheel they lie in the package.
    """
    package = Path(motbild.__file__).parent
    checkout = package.parent.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "flows").is_dir():
        return checkout
    return package / "bundled"


def enter_bundle() -> dict[str, str]:
    """Make `flows/` importable in this process, and tell where it lies.

    A worker has `flows/prefect.yaml` do this before it loads a flow, since nothing else
    knows where an installed Motbild keeps its flows.

    Returns:
        The folder, under the name that makes Prefect work there.
    """
    root = str(bundle_root())
    if root not in sys.path:
        sys.path.insert(0, root)
    return {"directory": root}
