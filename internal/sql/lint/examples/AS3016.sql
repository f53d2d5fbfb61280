CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE copied (extra INT NOT NULL) WITH ('connector' = 'print') -- want
AS SELECT id, item FROM orders;
-- good --
CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE copied (extra INT) WITH ('connector' = 'print')
AS SELECT id, item FROM orders;
