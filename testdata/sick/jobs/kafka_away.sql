-- Its brokers are stopped while it runs.
CREATE TABLE clicks (id BIGINT, k BIGINT)
WITH ('connector' = 'kafka', 'topic' = 'clicks', 'properties.bootstrap.servers' = '${KAFKA}', 'properties.group.id' = 'reader',
      'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
CREATE TABLE out_rows (a BIGINT, b BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO out_rows SELECT k, id FROM clicks;
