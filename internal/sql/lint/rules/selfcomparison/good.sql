CREATE TABLE orders (id BIGINT, user_id BIGINT) WITH ('connector' = 'datagen');
CREATE TABLE users (id BIGINT, name STRING) WITH ('connector' = 'datagen');
SET 'table.exec.state.ttl' = '1 h';
SELECT o.id, u.name FROM orders AS o JOIN users AS u ON o.user_id = u.id;
