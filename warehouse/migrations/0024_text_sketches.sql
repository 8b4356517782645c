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

CREATE MACRO core.sketches_of_before(first_digit) AS TABLE
SELECT
    text_digest,
    coalesce(run_count, 0) AS run_count,
    coalesce(marks, list_resize([0], 16, 0)::UBIGINT[16]) AS marks,
    []::UBIGINT[] AS fine_marks,
    band_keys
FROM (
    SELECT text_digest, list(band_key ORDER BY band_number)::UBIGINT[56] AS band_keys
    FROM core.text_bands
    WHERE starts_with(text_digest, first_digit)
    GROUP BY text_digest
)
LEFT JOIN core.text_marks USING (text_digest)
ORDER BY text_digest;

INSERT INTO core.text_sketches FROM core.sketches_of_before('0');
INSERT INTO core.text_sketches FROM core.sketches_of_before('1');
INSERT INTO core.text_sketches FROM core.sketches_of_before('2');
INSERT INTO core.text_sketches FROM core.sketches_of_before('3');
INSERT INTO core.text_sketches FROM core.sketches_of_before('4');
INSERT INTO core.text_sketches FROM core.sketches_of_before('5');
INSERT INTO core.text_sketches FROM core.sketches_of_before('6');
INSERT INTO core.text_sketches FROM core.sketches_of_before('7');
INSERT INTO core.text_sketches FROM core.sketches_of_before('8');
INSERT INTO core.text_sketches FROM core.sketches_of_before('9');
INSERT INTO core.text_sketches FROM core.sketches_of_before('a');
INSERT INTO core.text_sketches FROM core.sketches_of_before('b');
INSERT INTO core.text_sketches FROM core.sketches_of_before('c');
INSERT INTO core.text_sketches FROM core.sketches_of_before('d');
INSERT INTO core.text_sketches FROM core.sketches_of_before('e');
INSERT INTO core.text_sketches FROM core.sketches_of_before('f');

DROP MACRO TABLE core.sketches_of_before;
DROP TABLE core.text_bands;
DROP TABLE core.text_marks;
