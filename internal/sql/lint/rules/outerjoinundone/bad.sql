CREATE TABLE orders (id BIGINT, user_id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE users (id BIGINT, country STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT o.id, u.country FROM orders AS o LEFT JOIN users AS u ON o.user_id = u.id
WHERE u.country = 'CN'; -- want
