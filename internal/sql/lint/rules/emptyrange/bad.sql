CREATE TABLE orders (id BIGINT, amount INT) WITH ('connector' = 'datagen');
SELECT id FROM orders WHERE amount BETWEEN 100 AND 10; -- want
