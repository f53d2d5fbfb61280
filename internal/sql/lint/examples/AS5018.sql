-- flink 2.2
SET 'table.optimizer.delta-join.strategy' = 'FORCE';
CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE items (item STRING, name STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT o.id, i.name FROM orders AS o JOIN items AS i ON o.item = i.item; -- want
-- good --
-- flink 2.2
SET 'table.optimizer.delta-join.strategy' = 'AUTO';
CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE items (item STRING, name STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT o.id, i.name FROM orders AS o JOIN items AS i ON o.item = i.item;
