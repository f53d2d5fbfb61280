CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE sink (id BIGINT, item STRING NOT NULL) WITH ('connector' = 'print');
INSERT INTO sink (id) SELECT id FROM orders; -- want
-- good --
CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE sink (id BIGINT, item STRING NOT NULL) WITH ('connector' = 'print');
INSERT INTO sink (id, item) SELECT id, item FROM orders;
