CREATE TABLE orders (id BIGINT, item STRING, qty INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT first_id FROM orders MATCH_RECOGNIZE (
  PARTITION BY item ORDER BY ts MEASURES A.id AS first_id
  PATTERN (A B+) -- want
  DEFINE B AS B.qty > A.qty);
-- good --
CREATE TABLE orders (id BIGINT, item STRING, qty INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT first_id FROM orders MATCH_RECOGNIZE (
  PARTITION BY item ORDER BY ts MEASURES A.id AS first_id
  PATTERN (A B)
  DEFINE B AS B.qty > A.qty);
