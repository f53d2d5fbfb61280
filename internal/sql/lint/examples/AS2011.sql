CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT COUNT(*) AS n FROM orders JOIN orders ON TRUE; -- want
-- good --
CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT COUNT(*) AS n FROM orders JOIN orders AS others ON orders.id = others.id;
