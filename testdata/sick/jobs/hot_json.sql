-- Each record is JSON that is parsed three times.
CREATE TABLE events (id BIGINT, n INT)
WITH ('connector' = 'datagen', 'rows-per-second' = '1000000', 'fields.n.min' = '0', 'fields.n.max' = '999');
CREATE TABLE out_rows (a BIGINT, b BIGINT) WITH ('connector' = 'blackhole');
CREATE FUNCTION as_json AS 'sick.AsJson';
INSERT INTO out_rows
SELECT CAST(JSON_VALUE(body, '$.user.id' RETURNING INT) AS BIGINT), CAST(JSON_VALUE(body, '$.page.id' RETURNING INT) AS BIGINT)
FROM (SELECT as_json(n) AS body FROM events) WHERE JSON_VALUE(body, '$.kind') = 'click';
