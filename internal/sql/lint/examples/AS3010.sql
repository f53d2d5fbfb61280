CREATE TABLE orders (
  id BIGINT,
  ts STRING,
  WATERMARK FOR ts AS ts -- want
) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT id FROM orders;
-- good --
CREATE TABLE orders (
  id BIGINT,
  ts STRING,
  at_time AS TO_TIMESTAMP(ts),
  WATERMARK FOR at_time AS at_time
) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT id FROM orders;
