CREATE TABLE sales (shop STRING, product STRING, amount BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '100');
CREATE TABLE best (shop STRING, product STRING, amount BIGINT) WITH ('connector' = 'print');
INSERT INTO best
SELECT shop, product, amount FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY shop ORDER BY amount DESC) AS rn FROM sales
) WHERE rn <= 10;
