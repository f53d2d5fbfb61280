CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE items (item STRING, price DECIMAL(10, 2)) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT id, item FROM orders JOIN items ON orders.item = items.item; -- want
-- good --
CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE items (item STRING, price DECIMAL(10, 2)) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT id, orders.item FROM orders JOIN items ON orders.item = items.item;
