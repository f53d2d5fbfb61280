CREATE TABLE events (id BIGINT, k BIGINT, ts AS PROCTIME()) WITH ('connector' = 'datagen', 'rows-per-second' = '5000', 'fields.id.min' = '0', 'fields.id.max' = '2000000000', 'fields.k.min' = '0', 'fields.k.max' = '99');
CREATE TABLE out_rows (a BIGINT, b BIGINT) WITH ('connector' = 'blackhole');
CREATE FUNCTION look_for AS 'sick.Loop';
INSERT INTO out_rows SELECT k, look_for(COUNT(*)) FROM events GROUP BY k;
