CREATE TABLE orders (id BIGINT) WITH ('number-of-rows' = '10');
SELECT id FROM orders; -- want
-- good --
CREATE TABLE orders (id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT id FROM orders;
