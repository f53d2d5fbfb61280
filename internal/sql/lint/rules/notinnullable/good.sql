CREATE TABLE orders (id BIGINT, user_id BIGINT NOT NULL) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE banned (user_id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT id FROM orders WHERE NOT EXISTS (SELECT 1 FROM banned WHERE banned.user_id = orders.user_id);
SELECT id FROM orders WHERE user_id NOT IN (1, 2);
