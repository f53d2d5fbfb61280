CREATE TABLE orders (id BIGINT, item STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'kafka', 'topic' = 'orders', 'properties.bootstrap.servers' = 'kafka:9092', 'properties.group.id' = 'shop', 'scan.startup.mode' = 'earliest-offset', 'format' = 'debezium-json');
SELECT first_id FROM orders MATCH_RECOGNIZE ( -- want
  PARTITION BY item ORDER BY ts MEASURES A.id AS first_id PATTERN (A B) DEFINE B AS B.id > A.id);
-- good --
CREATE TABLE orders (id BIGINT, item STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'kafka', 'topic' = 'orders', 'properties.bootstrap.servers' = 'kafka:9092', 'properties.group.id' = 'shop', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
SELECT first_id FROM orders MATCH_RECOGNIZE (
  PARTITION BY item ORDER BY ts MEASURES A.id AS first_id PATTERN (A B) DEFINE B AS B.id > A.id);
