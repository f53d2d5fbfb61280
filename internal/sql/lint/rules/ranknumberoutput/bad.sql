CREATE TABLE sales (shop STRING, product STRING, amount BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '100');
CREATE TABLE best (shop STRING, product STRING, amount BIGINT, `rank` BIGINT) WITH ('connector' = 'print');
INSERT INTO best
SELECT shop, product, amount, rn FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY shop ORDER BY amount DESC) AS rn FROM sales -- want
) WHERE rn <= 10;
