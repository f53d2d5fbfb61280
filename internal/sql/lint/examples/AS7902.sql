CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
-- autostream:ignore AS7111 because the query shall find nothing -- want
SELECT id FROM orders WHERE item IS NULL;
-- good --
CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT id FROM orders WHERE item IS NULL;
-- fixed --
CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT id FROM orders WHERE item IS NULL;
