CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE sink (id BIGINT, item STRING) WITH ('connector' = 'print');
INSERT INTO sink SELECT item, item FROM orders; -- want
-- good --
CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE sink (id BIGINT, item STRING) WITH ('connector' = 'print');
INSERT INTO sink SELECT CAST(item AS BIGINT), item FROM orders;
