"""STIX bundles as text: each object read back by the standard's own library before it leaves.

The only module that imports stix2, which takes half a second, so it does when asked.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from motbild.core.stix_objects import OPENCTI_KINDS, OPENCTI_OBSERVABLES
from motbild.errors import MotbildError


def write_bundle(bundle_id: str, objects: Iterable[Mapping[str, Any]]) -> str:
    """Return a bundle as JSON, in ASCII, so that nothing in it can be taken for markup or bytes.

    Args:
        bundle_id: Of the bundle.
        objects: As `motbild.core.stix_bundle` makes them.

    Raises:
        MotbildError: An object is none that STIX 2.1 knows, which is a fault of ours.
    """
    told = [_checked(one) for one in objects]
    bundle = {"type": "bundle", "id": bundle_id, "objects": told}
    return json.dumps(bundle, indent=2)


def _checked(told: Mapping[str, Any]) -> dict[str, Any]:
    import stix2
    from stix2.exceptions import STIXError

    _register_kinds()
    try:
        stix2.parse(dict(told), allow_custom=False, version="2.1")
    except (STIXError, ValueError, TypeError) as error:
        raise MotbildError(
            f"An object of kind {told['type']} is not what STIX 2.1 says ({type(error).__name__}); "
            "nothing was written: report this with the version of Motbild."
        ) from error
    return dict(told)


@cache
def _register_kinds() -> None:
    """Make OpenCTI's two kinds known, so that other objects may refer to them."""
    from stix2 import properties
    from stix2.v21 import CustomObject, CustomObservable

    text, texts = properties.StringProperty, properties.ListProperty
    CustomObject(
        "narrative",
        [("name", text(required=True)), ("description", text()), ("aliases", texts(text))],
        OPENCTI_KINDS,
    )(type("Narrative", (), {}))
    CustomObservable("text", [("value", text(required=True))], ["value"], OPENCTI_OBSERVABLES)(
        type("Text", (), {})
    )
