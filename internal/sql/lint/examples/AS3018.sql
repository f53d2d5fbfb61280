CREATE TABLE orders (id BIGINT, item STRING, qty INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
ALTER TABLE orders DROP ts; -- want
SELECT id FROM orders;
-- good --
CREATE TABLE orders (id BIGINT, item STRING, qty INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
ALTER TABLE orders DROP WATERMARK;
ALTER TABLE orders DROP ts;
SELECT id FROM orders;
