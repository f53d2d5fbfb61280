CREATE TABLE orders (id BIGINT, amount INT) WITH ('connector' = 'datagen');
SELECT id FROM orders WHERE amount BETWEEN 10 AND 100;
SELECT id FROM orders WHERE amount BETWEEN SYMMETRIC 100 AND 10;
SELECT id FROM orders WHERE amount BETWEEN -10 AND -1;
