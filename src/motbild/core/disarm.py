"""Names of the techniques that narrative packs name, as the DISARM Red framework gives them.

Source:
    DISARM Foundation, DISARM Red framework (CC BY 4.0).
"""

from collections.abc import Mapping

TECHNIQUE_NAMES: Mapping[str, str] = {
    "T0003": "Leverage Existing Narratives",
    "T0022": "Leverage Conspiracy Theory Narratives",
    "T0022.001": "Amplify Existing Conspiracy Theory Narratives",
    "T0022.002": "Develop Original Conspiracy Theory Narratives",
    "T0023": "Distort Facts",
    "T0023.001": "Reframe Context",
    "T0057": "Organise Events",
    "T0139.001": "Discourage",
}


def name_technique(technique_id: str) -> str:
    """Return the name of a technique; its id where the name is not known here."""
    return TECHNIQUE_NAMES.get(technique_id, f"DISARM {technique_id}")
