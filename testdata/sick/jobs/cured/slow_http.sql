CREATE TABLE events (id BIGINT, k BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '500', 'fields.k.min' = '0', 'fields.k.max' = '99');
CREATE TABLE out_rows (a BIGINT, b BIGINT) WITH ('connector' = 'blackhole');
CREATE FUNCTION ask AS 'sick.Http';
INSERT INTO out_rows SELECT k, ask(k, TRUE) FROM events;
