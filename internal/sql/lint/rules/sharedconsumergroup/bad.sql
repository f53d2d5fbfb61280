-- tables.sql --
CREATE TABLE clicks (user_id STRING, page STRING) WITH (
  'connector' = 'kafka', 'topic' = 'clicks', 'properties.bootstrap.servers' = 'kafka:9092', 'properties.group.id' = 'traffic',
  'properties.auto.offset.reset' = 'earliest', 'format' = 'json'
);
CREATE TABLE pages (page STRING) WITH ('connector' = 'blackhole');
CREATE TABLE users (user_id STRING) WITH ('connector' = 'blackhole');
-- jobs/pages.sql --
INSERT INTO pages SELECT page FROM clicks;
-- jobs/users.sql --
INSERT INTO users SELECT user_id FROM clicks; -- want "traffic"
