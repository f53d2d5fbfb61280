CREATE TABLE events (id BIGINT, k BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '700', 'fields.id.min' = '0', 'fields.id.max' = '2000000000', 'fields.k.min' = '0', 'fields.k.max' = '99');
CREATE TABLE out_rows (a BIGINT, b BIGINT) WITH ('connector' = 'blackhole');
CREATE FUNCTION counted AS 'sick.OwnCounter';
INSERT INTO out_rows SELECT k, counted(id) FROM events;
