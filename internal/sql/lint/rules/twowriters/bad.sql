-- tables.sql --
CREATE TABLE clicks (user_id STRING, page STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '100');
CREATE TABLE latest (user_id STRING, page STRING, PRIMARY KEY (user_id) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'latest', 'properties.bootstrap.servers' = 'kafka:9092', 'key.format' = 'json', 'value.format' = 'json'
);
-- jobs/web.sql --
INSERT INTO latest SELECT user_id, page FROM clicks;
-- jobs/app.sql --
INSERT INTO latest SELECT user_id, page FROM clicks; -- want "web"
