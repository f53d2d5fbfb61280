CREATE TABLE orders (id BIGINT) WITH ('connector' = 'datagen');
CREATE TABLE latest (id BIGINT) WITH ('connector' = 'print');
INSERT INTO latest SELECT id FROM orders;
