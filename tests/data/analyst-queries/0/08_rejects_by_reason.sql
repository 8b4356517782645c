-- Why input rows were set aside.
SELECT source_id, file_name, code, count(*) AS row_count, min(line_number) AS first_line_number
FROM analyst.rejects
GROUP BY ALL
ORDER BY row_count DESC, source_id, file_name, code;
