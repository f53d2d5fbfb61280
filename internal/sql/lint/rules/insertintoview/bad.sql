CREATE TABLE orders (id BIGINT) WITH ('connector' = 'datagen');
CREATE VIEW latest AS SELECT id FROM orders;
INSERT INTO latest SELECT id FROM orders; -- want
