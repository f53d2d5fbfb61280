CREATE TABLE orders (user_id BIGINT, item STRING, tags ARRAY<STRING>) WITH ('connector' = 'datagen');
CREATE TABLE users (id BIGINT, name STRING, age INT) WITH ('connector' = 'datagen');
SELECT o.item, u.name FROM orders AS o, LATERAL (SELECT name FROM users WHERE id = o.user_id ORDER BY age LIMIT 1) AS u; -- want "LIMIT"
SELECT o.item FROM orders AS o JOIN UNNEST(o.tags) AS t (tag) ON tag = item; -- want "UNNEST"
SELECT o.item FROM orders AS o JOIN users AS u ON o.user_id = u.id AND u.name IN (SELECT item FROM orders); -- want "IN"
SELECT item, (SELECT MAX(age) FROM users WHERE name = item) AS age FROM orders GROUP BY item; -- want "GROUP BY"
