CREATE TABLE orders (id BIGINT, tags ARRAY<STRING>) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT id, tag FROM orders CROSS APPLY UNNEST(tags) AS t (tag); -- want
-- good --
CREATE TABLE orders (id BIGINT, tags ARRAY<STRING>) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT id, tag FROM orders CROSS JOIN UNNEST(tags) AS t (tag);
