CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT CASE WHEN qty > 1 THEN qty ELSE item END AS x FROM orders; -- want
-- good --
CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT CASE WHEN qty > 1 THEN CAST(qty AS STRING) ELSE item END AS x FROM orders;
