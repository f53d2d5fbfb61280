CREATE TABLE orders (
  id BIGINT,
  id STRING -- want
) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT COUNT(*) AS n FROM orders;
-- good --
CREATE TABLE orders (
  id BIGINT,
  name STRING
) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT COUNT(*) AS n FROM orders;
