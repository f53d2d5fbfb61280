CREATE TABLE orders (id BIGINT, user_id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE users (id BIGINT, name STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT /*+ STATE_TTL('o' = '1d', 'u' = '7d') */ o.id, u.name FROM orders AS o JOIN users AS u ON o.user_id = u.id;
SELECT /*+ STATE_TTL('orders' = '1d') */ user_id, COUNT(*) AS n FROM orders GROUP BY user_id;
