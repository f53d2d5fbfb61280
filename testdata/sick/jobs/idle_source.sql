-- Nobody writes files into the folder of the second source, so that its watermark holds that of the union back.
CREATE TABLE clicks (k BIGINT, ts AS LOCALTIMESTAMP, WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
WITH ('connector' = 'datagen', 'rows-per-second' = '500', 'fields.k.min' = '0', 'fields.k.max' = '9');
CREATE TABLE imported (k BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
WITH ('connector' = 'filesystem', 'path' = '${EMPTY}', 'format' = 'csv', 'source.monitor-interval' = '1 s');
CREATE VIEW both_sources AS SELECT k, ts FROM clicks UNION ALL SELECT k, ts FROM imported;
CREATE TABLE out_rows (a BIGINT, b BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO out_rows
SELECT k, COUNT(*) FROM TABLE(TUMBLE(TABLE both_sources, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY k, window_start, window_end;
