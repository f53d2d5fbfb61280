CREATE TABLE clicks (user_id STRING, page STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'datagen');
CREATE TABLE users (user_id STRING, name STRING, PRIMARY KEY (user_id) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'users', 'properties.bootstrap.servers' = 'k:9092', 'key.format' = 'json', 'value.format' = 'json');
CREATE TABLE cities (city STRING, user_id STRING, PRIMARY KEY (city) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'cities', 'properties.bootstrap.servers' = 'k:9092', 'key.format' = 'json', 'value.format' = 'json');
CREATE TABLE few (user_id STRING, page STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '5');
SELECT c.page, u.name FROM clicks AS c JOIN users AS u ON c.user_id = u.user_id; -- want "both sides"
SELECT u.name, city FROM users AS u JOIN cities ON u.user_id = cities.user_id;
SELECT DISTINCT user_id FROM clicks; -- want "every row"
SELECT COUNT(*) FROM clicks;
SELECT user_id, COUNT(*) FROM few GROUP BY user_id;
SELECT user_id, COUNT(*) FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY user_id, window_start, window_end;
SELECT a.page FROM clicks AS a JOIN clicks AS b ON a.user_id = b.user_id AND a.ts BETWEEN b.ts - INTERVAL '1' MINUTE AND b.ts;
SELECT page FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY ts DESC) AS rn FROM clicks) WHERE rn = 1; -- want "every key"
SET 'table.exec.state.ttl' = '1 d';
SELECT DISTINCT user_id FROM clicks;
