CREATE TABLE orders (id BIGINT, user_id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT /*+ STATE_TTL('orders' = '1d') */ user_id, COUNT(*) AS n FROM orders GROUP BY user_id;
SELECT id FROM orders /*+ OPTIONS('rows-per-second' = '1') */;
