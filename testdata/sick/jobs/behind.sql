-- A reader that is slower than its topic is long: for the lag that brokers and Flink tell.
CREATE FUNCTION slow AS 'sick.Slow';
CREATE TABLE clicks (id BIGINT, k BIGINT)
WITH ('connector' = 'kafka', 'topic' = 'clicks', 'properties.bootstrap.servers' = '${KAFKA}', 'properties.group.id' = 'behind',
      'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
CREATE TABLE out_rows (a BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO out_rows SELECT slow(k, 20) FROM clicks;
