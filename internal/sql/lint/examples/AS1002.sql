-- flink 1.20
CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT item, qty FROM orders QUALIFY ROW_NUMBER() OVER (PARTITION BY item ORDER BY qty) = 1; -- want
-- good --
-- flink 1.20
CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT item, qty FROM (SELECT item, qty, ROW_NUMBER() OVER (PARTITION BY item ORDER BY qty) AS place FROM orders) WHERE place = 1;
