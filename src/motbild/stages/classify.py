"""Classify the texts that the model in use has not seen, each with the text that it answers.

The same words are classified once for each text that posts answer with them. A parent
that arrives in a later night makes a new pair, so that the reply is read anew; what it
was taken for alone stays as a row that no post goes by. Evidence that quoted the letters
of a copy whose time was over is found again in those of another.
"""

from collections.abc import Sequence
from contextlib import closing
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.vector_cache import VectorCache
from motbild.core import schemas
from motbild.core.batch_work import Classified, Classifying, Texts
from motbild.core.classification_rows import tell_rows
from motbild.core.classifier import Classifier
from motbild.core.day_range import EVERY_DAY, DayRange
from motbild.core.runners import Here, Runner, in_lots

# What is stored is looked through once for each lot, however many texts are in it.
_STORED_AT_ONCE = 8_000

_UNCLASSIFIED = """
SELECT
    pairs.text_digest, pairs.parent_digest, texts.text, texts.lang, parents.text AS parent_text
FROM (
    SELECT DISTINCT contexts.text_digest, contexts.parent_digest
    FROM core.post_contexts AS contexts
    JOIN core.posts AS posts USING (post_id)
    WHERE posts.posted_day BETWEEN
        coalesce($first_day::DATE, '-infinity') AND coalesce($last_day::DATE, 'infinity')
) AS pairs
ANTI JOIN (
    SELECT text_digest, parent_digest FROM core.classifications
    WHERE model_version = $model_version AND NOT (evidence IS NULL AND len(matches) > 0)
) AS known USING (text_digest, parent_digest)
JOIN core.texts AS texts ON texts.text_digest = pairs.text_digest
LEFT JOIN core.texts AS parents ON parents.text_digest = pairs.parent_digest
ORDER BY pairs.text_digest, pairs.parent_digest
"""


def classify(
    warehouse: Warehouse,
    classifier: Classifier,
    vectors: VectorCache,
    *,
    run_id: str,
    days: DayRange = EVERY_DAY,
    batch_row_count: int = 1_000,
    runner: Runner | None = None,
) -> dict[str, int]:
    """Store what the model makes of each text, read with the text that it answers.

    Args:
        warehouse: Holds the texts.
        classifier: The model in use.
        vectors: What was encoded already, and the encoder behind it.
        run_id: The run this belongs to.
        days: Days whose posts' texts are classified.
        batch_row_count: Texts that are classified at a time.
        runner: Where texts are classified; by default here, with the vectors that are kept.
            Elsewhere they are encoded there too, which for a table of vectors costs less than
            sending what is kept.

    Returns:
        How many texts were classified, once for each text that they answer, how many of
        these matched a narrative, and how many vectors were added.
    """
    text_count = match_count = 0
    vectors_before = vectors.encoded_count
    runner = runner or Here()
    wanted = {
        "model_version": classifier.model_version,
        "first_day": days.first,
        "last_day": days.last,
    }
    batches = warehouse.read_batches(_UNCLASSIFIED, wanted, row_count=batch_row_count)
    with closing(batches):
        given = (
            (
                texts.select(["text_digest", "parent_digest"]),
                Texts(*(texts[name].to_pylist() for name in ("text", "lang", "parent_text"))),
            )
            for texts in batches
        )
        work = Classifying(classifier, vectors.encoder, vectors.encoder_id)
        here = partial(_classify_here, classifier, vectors)
        for texts, made in in_lots(runner.map(work, given, here=here), _STORED_AT_ONCE):
            told = pa.concat_tables([one.rows for one in made])
            with warehouse.transaction():
                if not runner.is_here:
                    _keep_vectors(vectors, made)
                    vectors.mark_encoded(texts["text_digest"].unique(), run_id)
                rows = _rows(texts, told, classifier.model_version, run_id)
                key = ("text_digest", "parent_digest", "model_version")
                warehouse.overwrite("core.classifications", rows, key=key)
            text_count += texts.num_rows
            match_count += int(pc.sum(pc.greater(pc.list_value_length(told["matches"]), 0)).as_py())
    added = vectors.encoded_count - vectors_before
    return {"texts_classified": text_count, "texts_matched": match_count} | (
        {} if runner.is_here else {"vectors_added": added}
    )


def _keep_vectors(vectors: VectorCache, made: Sequence[Classified]) -> None:
    """Keep what other processes encoded, each text of several batches once."""
    encoded = [one for one in made if one.vectors is not None]
    if encoded:
        digests = [digest for one in encoded for digest in one.digests]
        found, firsts = np.unique(digests, return_index=True)
        rows = np.concatenate([one.vectors for one in encoded if one.vectors is not None])
        vectors.keep(found.tolist(), rows[firsts])


def _classify_here(classifier: Classifier, vectors: VectorCache, batch: Texts) -> Classified:
    """Classify a batch with the vectors that are kept."""
    outputs = classifier.classify(batch.texts, batch.langs, vectors.encode, parents=batch.parents)
    return Classified(tell_rows(outputs))


def _rows(texts: pa.Table, told: pa.Table, model_version: str, run_id: str) -> pa.Table:
    columns = {
        **dict(zip(texts.column_names, texts.columns, strict=True)),
        **dict(zip(told.column_names, told.columns, strict=True)),
        "model_version": [model_version] * texts.num_rows,
        "run_id": [run_id] * texts.num_rows,
    }
    names = schemas.CLASSIFICATIONS.names
    return pa.table(columns).select(names).cast(schemas.CLASSIFICATIONS)
