CREATE TABLE orders (id BIGINT, tags ARRAY<STRING>) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT id, MAX(tags) AS tags FROM orders GROUP BY id; -- want
-- good --
CREATE TABLE orders (id BIGINT, tags ARRAY<STRING>) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT id, LAST_VALUE(tags) AS tags FROM orders GROUP BY id;
