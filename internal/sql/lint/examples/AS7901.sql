CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
-- autostream:ignore AS7111 -- want
SELECT id FROM orders WHERE item IS NULL;
-- good --
CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
-- autostream:ignore AS7111 because the query shall find nothing
SELECT id FROM orders WHERE item = NULL;
