CREATE TABLE orders (id BIGINT, amount INT) WITH ('connector' = 'datagen');
SELECT id FROM (
  SELECT id, amount FROM orders ORDER BY amount DESC -- want
) WHERE amount > 10;
