CREATE TABLE events (id BIGINT, k BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '500', 'fields.id.min' = '0', 'fields.id.max' = '2000000000', 'fields.k.min' = '0', 'fields.k.max' = '99');
CREATE TABLE out_rows (a BIGINT, b BIGINT) WITH ('connector' = 'blackhole');
CREATE FUNCTION parse AS 'sick.Parse';
INSERT INTO out_rows SELECT k, parse(CASE WHEN id % 2000 = 1999 THEN 'n/a' ELSE CAST(k AS STRING) END) FROM events;
