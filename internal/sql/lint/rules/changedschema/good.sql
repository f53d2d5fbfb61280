-- before/jobs/clean.sql --
CREATE TABLE clicks (user_id STRING, page STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE visits (user_id STRING, page STRING) WITH (
  'connector' = 'kafka', 'topic' = 'visits', 'properties.bootstrap.servers' = 'kafka:9092', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json'
);
INSERT INTO visits SELECT user_id, page FROM clicks;
-- before/jobs/report.sql --
CREATE TABLE visits (user_id STRING, page STRING) WITH (
  'connector' = 'kafka', 'topic' = 'visits', 'properties.bootstrap.servers' = 'kafka:9092', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json'
);
CREATE TABLE pages (page STRING) WITH ('connector' = 'blackhole');
INSERT INTO pages SELECT page FROM visits;
-- jobs/clean.sql --
CREATE TABLE clicks (user_id STRING, page STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE visits (user_id STRING, page STRING, agent STRING) WITH (
  'connector' = 'kafka', 'topic' = 'visits', 'properties.bootstrap.servers' = 'kafka:9092', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json'
);
INSERT INTO visits SELECT user_id, page, 'web' FROM clicks;
-- jobs/report.sql --
CREATE TABLE visits (user_id STRING, page STRING) WITH (
  'connector' = 'kafka', 'topic' = 'visits', 'properties.bootstrap.servers' = 'kafka:9092', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json'
);
CREATE TABLE pages (page STRING) WITH ('connector' = 'blackhole');
INSERT INTO pages SELECT page FROM visits;
