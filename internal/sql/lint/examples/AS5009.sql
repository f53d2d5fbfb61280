CREATE TABLE orders (id BIGINT, item STRING, qty INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT item, qty FROM (
  SELECT item, qty, RANK() OVER (PARTITION BY item ORDER BY qty DESC) AS place FROM orders -- want
) WHERE place <= 3;
-- good --
CREATE TABLE orders (id BIGINT, item STRING, qty INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT item, qty FROM (
  SELECT item, qty, ROW_NUMBER() OVER (PARTITION BY item ORDER BY qty DESC) AS place FROM orders
) WHERE place <= 3;
