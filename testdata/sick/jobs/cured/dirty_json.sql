-- One of the lines is no JSON.
CREATE TABLE orders (id BIGINT, amount BIGINT)
WITH ('connector' = 'filesystem', 'path' = '${DATA}', 'format' = 'json', 'json.ignore-parse-errors' = 'true', 'source.monitor-interval' = '1 s');
CREATE TABLE out_rows (a BIGINT, b BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO out_rows SELECT id, SUM(amount) FROM orders GROUP BY id;
