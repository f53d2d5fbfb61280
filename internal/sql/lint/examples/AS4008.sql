CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
INSERT INTO orders SELECT 1, 'pen', 2; -- want
-- good --
CREATE TABLE sink (id BIGINT, item STRING) WITH ('connector' = 'print');
INSERT INTO sink SELECT 1, 'pen';
