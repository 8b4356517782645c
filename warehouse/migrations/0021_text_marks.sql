-- Most texts that share a band do so by chance, and are told apart without their letters.
CREATE TABLE core.text_marks (
    text_digest VARCHAR NOT NULL,
    run_count UINTEGER NOT NULL,
    marks UBIGINT[16] NOT NULL
);
COMMENT ON TABLE core.text_marks IS 'One row per text: what bounds how much two texts have in common, so that most candidates for copies need not be read. Texts of before it was made have none.';
COMMENT ON COLUMN core.text_marks.text_digest IS 'The text: key of core.texts.';
COMMENT ON COLUMN core.text_marks.run_count IS 'Distinct runs of four characters in it.';
COMMENT ON COLUMN core.text_marks.marks IS 'Which of 1 024 marks these runs set, 64 in each number.';
