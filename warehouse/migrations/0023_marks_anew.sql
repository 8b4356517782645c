-- Runs set other marks than before: those of a night's texts are found together. A text without
-- marks is read where one with marks need not be, and otherwise treated alike.
DELETE FROM core.text_marks;
