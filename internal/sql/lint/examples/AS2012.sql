CREATE TABLE orders (id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE VIEW latest AS SELECT id FROM orders;
DROP TABLE latest; -- want
-- good --
CREATE TABLE orders (id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE VIEW latest AS SELECT id FROM orders;
DROP VIEW latest;
