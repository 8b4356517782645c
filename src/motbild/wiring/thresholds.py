"""The threshold that an administrator has chosen in the review room."""

from contextlib import closing
from dataclasses import replace

from motbild.adapters.review_store import open_review_store
from motbild.settings import Settings
from motbild.wiring.models import Model


def apply_choice(settings: Settings, model: Model) -> Model:
    """Return the model with the threshold that an administrator has chosen, if one has."""
    if settings.review_store is None:
        return model
    with closing(open_review_store(settings.review_store)) as store:
        chosen = store.saved_thresholds.latest()
    if chosen is None:
        return model
    return replace(model, classifier=model.classifier.with_asserts(chosen.asserts))
