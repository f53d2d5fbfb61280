-- The fields are columns of the source.
CREATE TABLE events (user_id INT, page_id INT)
WITH ('connector' = 'datagen', 'rows-per-second' = '100000', 'fields.user_id.min' = '0', 'fields.user_id.max' = '999');
CREATE TABLE out_rows (a BIGINT, b BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO out_rows SELECT CAST(user_id AS BIGINT), CAST(page_id AS BIGINT) FROM events;
