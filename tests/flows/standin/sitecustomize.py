"""Put on the path of a process, makes the nights that it runs use a model of plain words.

So a flow runs in a worker's own process, as deployed, without minutes of loading.
"""

import importlib.abc
import importlib.util
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

_PATCHED = "motbild.wiring.models"


class _Patcher(importlib.abc.MetaPathFinder):
    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - the protocol's own signature
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        if fullname != _PATCHED:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            module.load_model = _stand_in  # type: ignore[attr-defined]

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def _stand_in(_settings: object) -> object:
    import time

    sys.path.append(str(Path(__file__).parents[3]))
    from motbild.wiring.models import Model
    from tests.stages.fakes import PACK, CountingEncoder, WordClassifier

    class SlowClassifier(WordClassifier):
        def classify(self, texts: Any, *rest: Any, **named: Any) -> Any:
            time.sleep(0.02 * len(texts))  # so that a test can kill it in the midst
            return super().classify(texts, *rest, **named)

    return Model(SlowClassifier(), CountingEncoder(), (PACK,))  # type: ignore[arg-type]


sys.meta_path.insert(0, _Patcher())
