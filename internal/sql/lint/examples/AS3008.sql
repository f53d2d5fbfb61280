CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT item, qty, COUNT(*) AS n FROM orders GROUP BY item; -- want
-- good --
CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT item, MAX(qty) AS most, COUNT(*) AS n FROM orders GROUP BY item;
