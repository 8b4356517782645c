-- What copies are found by stands in one row for each text, where each of its 56 bands had a row
-- of its own with the digest anew. A sixteenth of the texts at a time, in a gigabyte of memory.
CREATE TABLE core.text_sketches (
    text_digest VARCHAR NOT NULL,
    run_count UINTEGER NOT NULL,
    marks UBIGINT[16] NOT NULL,
    fine_marks UBIGINT[] NOT NULL,
    band_keys UBIGINT[56] NOT NULL
);
COMMENT ON TABLE core.text_sketches IS 'One row per text: what its copies are found by.';
COMMENT ON COLUMN core.text_sketches.text_digest IS 'The text: key of core.texts.';
COMMENT ON COLUMN core.text_sketches.run_count IS 'Distinct runs of four characters in it; 0 where they were not counted yet when it was stored.';
COMMENT ON COLUMN core.text_sketches.marks IS 'Which of 1 024 marks these runs set, 64 in each number; they bound how much two texts have in common, so that most candidates for copies need not be read.';
COMMENT ON COLUMN core.text_sketches.fine_marks IS 'Which of 4 096 marks they set, likewise; empty for a short text, and for one that was stored before there were such.';
COMMENT ON COLUMN core.text_sketches.band_keys IS 'Hashes of the bands of its MinHash signature; texts that share one in the same place are candidates for being copies.';

INSERT INTO core.text_sketches
SELECT
    text_digest,
    coalesce(run_count, 0),
    coalesce(marks, list_resize([0], 16, 0)::UBIGINT[16]),
    [],
    band_keys
FROM (
    SELECT text_digest, list(band_key ORDER BY band_number)::UBIGINT[56] AS band_keys
    FROM core.text_bands
    WHERE text_digest >= '0' AND text_digest < '1'
    GROUP BY text_digest
)
LEFT JOIN core.text_marks USING (text_digest)
ORDER BY text_digest;

INSERT INTO core.text_sketches
SELECT
    text_digest,
    coalesce(run_count, 0),
    coalesce(marks, list_resize([0], 16, 0)::UBIGINT[16]),
    [],
    band_keys
FROM (
    SELECT text_digest, list(band_key ORDER BY band_number)::UBIGINT[56] AS band_keys
    FROM core.text_bands
    WHERE text_digest >= '1' AND text_digest < '2'
    GROUP BY text_digest
)
LEFT JOIN core.text_marks USING (text_digest)
ORDER BY text_digest;

INSERT INTO core.text_sketches
SELECT
    text_digest,
    coalesce(run_count, 0),
    coalesce(marks, list_resize([0], 16, 0)::UBIGINT[16]),
    [],
    band_keys
FROM (
    SELECT text_digest, list(band_key ORDER BY band_number)::UBIGINT[56] AS band_keys
    FROM core.text_bands
    WHERE text_digest >= '2' AND text_digest < '3'
    GROUP BY text_digest
)
LEFT JOIN core.text_marks USING (text_digest)
ORDER BY text_digest;

INSERT INTO core.text_sketches
SELECT
    text_digest,
    coalesce(run_count, 0),
    coalesce(marks, list_resize([0], 16, 0)::UBIGINT[16]),
    [],
    band_keys
FROM (
    SELECT text_digest, list(band_key ORDER BY band_number)::UBIGINT[56] AS band_keys
    FROM core.text_bands
    WHERE text_digest >= '3' AND text_digest < '4'
    GROUP BY text_digest
)
LEFT JOIN core.text_marks USING (text_digest)
ORDER BY text_digest;

INSERT INTO core.text_sketches
SELECT
    text_digest,
    coalesce(run_count, 0),
    coalesce(marks, list_resize([0], 16, 0)::UBIGINT[16]),
    [],
    band_keys
FROM (
    SELECT text_digest, list(band_key ORDER BY band_number)::UBIGINT[56] AS band_keys
    FROM core.text_bands
    WHERE text_digest >= '4' AND text_digest < '5'
    GROUP BY text_digest
)
LEFT JOIN core.text_marks USING (text_digest)
ORDER BY text_digest;

INSERT INTO core.text_sketches
SELECT
    text_digest,
    coalesce(run_count, 0),
    coalesce(marks, list_resize([0], 16, 0)::UBIGINT[16]),
    [],
    band_keys
FROM (
    SELECT text_digest, list(band_key ORDER BY band_number)::UBIGINT[56] AS band_keys
    FROM core.text_bands
    WHERE text_digest >= '5' AND text_digest < '6'
    GROUP BY text_digest
)
LEFT JOIN core.text_marks USING (text_digest)
ORDER BY text_digest;

INSERT INTO core.text_sketches
SELECT
    text_digest,
    coalesce(run_count, 0),
    coalesce(marks, list_resize([0], 16, 0)::UBIGINT[16]),
    [],
    band_keys
FROM (
    SELECT text_digest, list(band_key ORDER BY band_number)::UBIGINT[56] AS band_keys
    FROM core.text_bands
    WHERE text_digest >= '6' AND text_digest < '7'
    GROUP BY text_digest
)
LEFT JOIN core.text_marks USING (text_digest)
ORDER BY text_digest;

INSERT INTO core.text_sketches
SELECT
    text_digest,
    coalesce(run_count, 0),
    coalesce(marks, list_resize([0], 16, 0)::UBIGINT[16]),
    [],
    band_keys
FROM (
    SELECT text_digest, list(band_key ORDER BY band_number)::UBIGINT[56] AS band_keys
    FROM core.text_bands
    WHERE text_digest >= '7' AND text_digest < '8'
    GROUP BY text_digest
)
LEFT JOIN core.text_marks USING (text_digest)
ORDER BY text_digest;

INSERT INTO core.text_sketches
SELECT
    text_digest,
    coalesce(run_count, 0),
    coalesce(marks, list_resize([0], 16, 0)::UBIGINT[16]),
    [],
    band_keys
FROM (
    SELECT text_digest, list(band_key ORDER BY band_number)::UBIGINT[56] AS band_keys
    FROM core.text_bands
    WHERE text_digest >= '8' AND text_digest < '9'
    GROUP BY text_digest
)
LEFT JOIN core.text_marks USING (text_digest)
ORDER BY text_digest;

INSERT INTO core.text_sketches
SELECT
    text_digest,
    coalesce(run_count, 0),
    coalesce(marks, list_resize([0], 16, 0)::UBIGINT[16]),
    [],
    band_keys
FROM (
    SELECT text_digest, list(band_key ORDER BY band_number)::UBIGINT[56] AS band_keys
    FROM core.text_bands
    WHERE text_digest >= '9' AND text_digest < 'a'
    GROUP BY text_digest
)
LEFT JOIN core.text_marks USING (text_digest)
ORDER BY text_digest;

INSERT INTO core.text_sketches
SELECT
    text_digest,
    coalesce(run_count, 0),
    coalesce(marks, list_resize([0], 16, 0)::UBIGINT[16]),
    [],
    band_keys
FROM (
    SELECT text_digest, list(band_key ORDER BY band_number)::UBIGINT[56] AS band_keys
    FROM core.text_bands
    WHERE text_digest >= 'a' AND text_digest < 'b'
    GROUP BY text_digest
)
LEFT JOIN core.text_marks USING (text_digest)
ORDER BY text_digest;

INSERT INTO core.text_sketches
SELECT
    text_digest,
    coalesce(run_count, 0),
    coalesce(marks, list_resize([0], 16, 0)::UBIGINT[16]),
    [],
    band_keys
FROM (
    SELECT text_digest, list(band_key ORDER BY band_number)::UBIGINT[56] AS band_keys
    FROM core.text_bands
    WHERE text_digest >= 'b' AND text_digest < 'c'
    GROUP BY text_digest
)
LEFT JOIN core.text_marks USING (text_digest)
ORDER BY text_digest;

INSERT INTO core.text_sketches
SELECT
    text_digest,
    coalesce(run_count, 0),
    coalesce(marks, list_resize([0], 16, 0)::UBIGINT[16]),
    [],
    band_keys
FROM (
    SELECT text_digest, list(band_key ORDER BY band_number)::UBIGINT[56] AS band_keys
    FROM core.text_bands
    WHERE text_digest >= 'c' AND text_digest < 'd'
    GROUP BY text_digest
)
LEFT JOIN core.text_marks USING (text_digest)
ORDER BY text_digest;

INSERT INTO core.text_sketches
SELECT
    text_digest,
    coalesce(run_count, 0),
    coalesce(marks, list_resize([0], 16, 0)::UBIGINT[16]),
    [],
    band_keys
FROM (
    SELECT text_digest, list(band_key ORDER BY band_number)::UBIGINT[56] AS band_keys
    FROM core.text_bands
    WHERE text_digest >= 'd' AND text_digest < 'e'
    GROUP BY text_digest
)
LEFT JOIN core.text_marks USING (text_digest)
ORDER BY text_digest;

INSERT INTO core.text_sketches
SELECT
    text_digest,
    coalesce(run_count, 0),
    coalesce(marks, list_resize([0], 16, 0)::UBIGINT[16]),
    [],
    band_keys
FROM (
    SELECT text_digest, list(band_key ORDER BY band_number)::UBIGINT[56] AS band_keys
    FROM core.text_bands
    WHERE text_digest >= 'e' AND text_digest < 'f'
    GROUP BY text_digest
)
LEFT JOIN core.text_marks USING (text_digest)
ORDER BY text_digest;

INSERT INTO core.text_sketches
SELECT
    text_digest,
    coalesce(run_count, 0),
    coalesce(marks, list_resize([0], 16, 0)::UBIGINT[16]),
    [],
    band_keys
FROM (
    SELECT text_digest, list(band_key ORDER BY band_number)::UBIGINT[56] AS band_keys
    FROM core.text_bands
    WHERE text_digest >= 'f'
    GROUP BY text_digest
)
LEFT JOIN core.text_marks USING (text_digest)
ORDER BY text_digest;

DROP TABLE core.text_bands;
DROP TABLE core.text_marks;
