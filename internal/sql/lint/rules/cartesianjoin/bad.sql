CREATE TABLE orders (id BIGINT, amount INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE limits (country STRING, amount INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT o.id, l.country FROM orders AS o JOIN limits AS l ON o.amount > l.amount; -- want
