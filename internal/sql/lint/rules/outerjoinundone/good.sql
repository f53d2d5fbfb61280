CREATE TABLE orders (id BIGINT, user_id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE users (id BIGINT, country STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT o.id, u.country FROM orders AS o LEFT JOIN users AS u ON o.user_id = u.id AND u.country = 'CN';
SELECT o.id, u.country FROM orders AS o LEFT JOIN users AS u ON o.user_id = u.id WHERE COALESCE(u.country, 'CN') = 'CN';
SELECT o.id FROM orders AS o LEFT JOIN users AS u ON o.user_id = u.id WHERE u.id IS NULL;
