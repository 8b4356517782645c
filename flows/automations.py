"""What the Prefect server does by itself about a run that dies, made once.

`motbild schedule` does this by itself; beside a worker, `python -m flows.automations` does.
"""

from pathlib import Path

import yaml
from prefect.client.orchestration import get_client
from prefect.events.schemas.automations import AutomationCore


def ensure_automations() -> None:
    """Create the automations of `automations.yaml` that the server lacks, by their names.

    One that is there is left alone, since somebody may have paused or changed it.
    """
    text = Path(__file__).with_name("automations.yaml").read_text(encoding="utf-8")
    with get_client(sync_client=True) as client:
        for entry in yaml.safe_load(text)["automations"]:
            if not client.read_automations_by_name(entry["name"]):
                client.create_automation(AutomationCore.model_validate(entry))


if __name__ == "__main__":
    ensure_automations()
