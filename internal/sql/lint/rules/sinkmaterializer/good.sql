CREATE TABLE clicks (user_id STRING, page STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE latest (page STRING, clicks BIGINT, PRIMARY KEY (page) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'latest', 'properties.bootstrap.servers' = 'kafka:9092', 'key.format' = 'json', 'value.format' = 'json'
);
INSERT INTO latest
SELECT page, COUNT(*) FROM clicks GROUP BY page;
