CREATE TABLE orders (id BIGINT, item STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE sink (item STRING, n BIGINT) WITH ('connector' = 'print', 'sink.parallelism' = '4');
INSERT INTO sink SELECT item, COUNT(*) FROM orders GROUP BY item; -- want "primary key"
