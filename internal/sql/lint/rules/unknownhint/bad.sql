CREATE TABLE orders (id BIGINT, user_id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT /*+ STATE_TTLS('orders' = '1d') */ user_id, COUNT(*) AS n FROM orders GROUP BY user_id; -- want
