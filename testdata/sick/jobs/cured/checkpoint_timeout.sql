CREATE TABLE events (id BIGINT, k BIGINT, ts AS PROCTIME()) WITH ('connector' = 'datagen', 'rows-per-second' = '20000', 'fields.id.min' = '0', 'fields.id.max' = '2000000000', 'fields.k.min' = '0', 'fields.k.max' = '99');
CREATE TABLE out_rows (a BIGINT, b BIGINT) WITH ('connector' = 'blackhole');
CREATE FUNCTION slow AS 'sick.Cached';
INSERT INTO out_rows SELECT n, slow(k, 20) FROM (SELECT k, COUNT(*) AS n FROM events GROUP BY k);
