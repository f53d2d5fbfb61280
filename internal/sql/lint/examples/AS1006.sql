CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE sink (id BIGINT, item STRING) WITH ('connector' = 'print');
BEGIN STATEMENT SET; -- want
INSERT INTO sink SELECT id, item FROM orders;
-- good --
CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE sink (id BIGINT, item STRING) WITH ('connector' = 'print');
BEGIN STATEMENT SET;
INSERT INTO sink SELECT id, item FROM orders;
END;
