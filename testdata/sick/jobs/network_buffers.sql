-- Five shuffles between 36 subtasks each: every one needs 37 buffers for each of them.
CREATE TABLE events (id BIGINT, k BIGINT, ts AS PROCTIME()) WITH ('connector' = 'datagen', 'rows-per-second' = '100', 'fields.id.min' = '0', 'fields.id.max' = '2000000000', 'fields.k.min' = '0', 'fields.k.max' = '99');
CREATE TABLE out_rows (a BIGINT, b BIGINT) WITH ('connector' = 'blackhole');
CREATE VIEW a AS SELECT k, id, COUNT(*) AS n FROM events GROUP BY k, id;
CREATE VIEW b AS SELECT k, n, COUNT(*) AS m FROM a GROUP BY k, n;
CREATE VIEW c AS SELECT n, m, COUNT(*) AS o FROM b GROUP BY n, m;
CREATE VIEW d AS SELECT m, o, COUNT(*) AS p FROM c GROUP BY m, o;
INSERT INTO out_rows SELECT o, SUM(p) FROM d GROUP BY o;
