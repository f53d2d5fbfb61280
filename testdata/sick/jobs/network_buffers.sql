CREATE TABLE events (id BIGINT, k BIGINT, ts AS PROCTIME()) WITH ('connector' = 'datagen', 'rows-per-second' = '100', 'fields.id.min' = '0', 'fields.id.max' = '2000000000', 'fields.k.min' = '0', 'fields.k.max' = '99');
CREATE TABLE out_rows (a BIGINT, b BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO out_rows SELECT k, COUNT(*) FROM (SELECT k, id, COUNT(*) AS n FROM events GROUP BY k, id) GROUP BY k;
