-- Nine of ten records have the key 0, and each costs half a millisecond.
CREATE TABLE events (id BIGINT, n INT, ts AS PROCTIME())
WITH ('connector' = 'datagen', 'rows-per-second' = '8000', 'fields.n.min' = '0', 'fields.n.max' = '999');
CREATE TABLE out_rows (a BIGINT, b BIGINT) WITH ('connector' = 'blackhole');
CREATE FUNCTION work AS 'sick.Work';
INSERT INTO out_rows
SELECT CAST(k AS BIGINT), work(COUNT(*), 500) FROM (SELECT CASE WHEN n < 900 THEN 0 ELSE n END AS k FROM events) GROUP BY k;
