CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
ALTER TABLE orders COMPACT; -- want
-- good --
-- flink 1.20
CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT item FROM orders;
