CREATE TABLE events (id BIGINT, k BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '500', 'fields.id.min' = '0', 'fields.id.max' = '2000000000', 'fields.k.min' = '0', 'fields.k.max' = '99');
CREATE TABLE out_rows (a BIGINT, b BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO out_rows SELECT k, COUNT(*) FROM events GROUP BY k;
