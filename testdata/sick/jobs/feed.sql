-- Clicks for those that read them.
CREATE TABLE drawn (id BIGINT, k BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '20000');
CREATE TABLE clicks (id BIGINT, k BIGINT)
WITH ('connector' = 'kafka', 'topic' = 'clicks', 'properties.bootstrap.servers' = '${KAFKA}', 'format' = 'json');
INSERT INTO clicks SELECT id, k FROM drawn;
