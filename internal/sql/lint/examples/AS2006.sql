CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE orders (id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '10'); -- want
SELECT id FROM orders;
-- good --
CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE IF NOT EXISTS orders (id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT id FROM orders;
