CREATE TABLE orders (user_id BIGINT, item STRING, tags ARRAY<STRING>) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE users (id BIGINT, name STRING, age INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT o.item, u.name FROM orders AS o, LATERAL (SELECT name FROM users WHERE id = o.user_id) AS u;
SELECT o.item FROM orders AS o CROSS JOIN UNNEST(o.tags) AS t (tag) WHERE tag = item;
SELECT o.item FROM orders AS o JOIN users AS u ON o.user_id = u.id WHERE u.name IN (SELECT item FROM orders);
SELECT item, (SELECT MAX(age) FROM users WHERE name = item) AS age FROM (SELECT item FROM orders GROUP BY item);
