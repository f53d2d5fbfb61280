CREATE TABLE orders (id BIGINT, user_id BIGINT) WITH ('connector' = 'datagen');
CREATE TABLE users (id BIGINT, country STRING) WITH ('connector' = 'datagen');
SELECT /*+ STATE_TTL('orders' = '1d', 'users' = '7d') */ orders.id, country FROM orders JOIN users ON user_id = users.id;
