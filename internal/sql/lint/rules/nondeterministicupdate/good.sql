CREATE TABLE clicks (page STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE counts (page STRING, clicks BIGINT, `at` TIMESTAMP_LTZ(3), PRIMARY KEY (page) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'counts', 'properties.bootstrap.servers' = 'kafka:9092', 'key.format' = 'json', 'value.format' = 'json'
);
INSERT INTO counts
SELECT page, COUNT(*), CURRENT_TIMESTAMP FROM clicks GROUP BY page;
