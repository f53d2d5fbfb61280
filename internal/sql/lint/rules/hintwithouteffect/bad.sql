CREATE TABLE orders (id BIGINT, user_id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE users (id BIGINT, country STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT /*+ BROADCAST(users) */ orders.id, country FROM orders JOIN users ON user_id = users.id; -- want
