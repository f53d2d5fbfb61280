CREATE TABLE events (id BIGINT, k BIGINT, ts AS COALESCE(CASE WHEN id % 2000 = 1999 THEN CAST(NULL AS TIMESTAMP(3)) ELSE LOCALTIMESTAMP END, LOCALTIMESTAMP), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'datagen', 'rows-per-second' = '500', 'fields.id.min' = '0', 'fields.id.max' = '2000000000', 'fields.k.min' = '0', 'fields.k.max' = '99');
CREATE TABLE out_rows (a BIGINT, b BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO out_rows
SELECT k, COUNT(*) FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY k, window_start, window_end;
