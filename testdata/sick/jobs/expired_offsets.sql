-- The offsets of the consumer group are gone: brokers forget those of a group that was away for a week.
CREATE TABLE clicks (id BIGINT, k BIGINT)
WITH ('connector' = 'kafka', 'topic' = 'clicks', 'properties.bootstrap.servers' = '${KAFKA}', 'properties.group.id' = 'away',
      'scan.startup.mode' = 'group-offsets', 'format' = 'json');
CREATE TABLE out_rows (a BIGINT, b BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO out_rows SELECT k, COUNT(*) FROM clicks GROUP BY k;
