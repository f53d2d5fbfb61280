CREATE TABLE orders (id BIGINT, user_id BIGINT) WITH ('connector' = 'datagen');
CREATE TABLE users (id BIGINT, name STRING) WITH ('connector' = 'datagen');
SELECT o.id, u.name FROM orders AS o JOIN users AS u ON o.user_id = o.user_id AND u.id = o.id; -- want
