CREATE TABLE events (id BIGINT, k BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '500', 'fields.id.min' = '0', 'fields.id.max' = '2000000000', 'fields.k.min' = '0', 'fields.k.max' = '99');
CREATE TABLE out_rows (a BIGINT, b BIGINT NOT NULL) WITH ('connector' = 'blackhole');
INSERT INTO out_rows SELECT k, CASE WHEN id % 2000 = 1999 THEN CAST(NULL AS BIGINT) ELSE id END FROM events;
