-- jobs/pages.sql --
CREATE TABLE clicks (user_id BIGINT, page STRING) WITH (
  'connector' = 'kafka', 'topic' = 'clicks', 'properties.bootstrap.servers' = 'kafka:9092', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json'
);
SELECT page FROM clicks;
-- jobs/users.sql --
CREATE TABLE clicks (user_id STRING, page STRING) WITH ( -- want "user_id"
  'connector' = 'kafka', 'topic' = 'clicks', 'properties.bootstrap.servers' = 'kafka:9092', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json'
);
SELECT user_id FROM clicks;
