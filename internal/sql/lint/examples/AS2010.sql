CREATE TABLE orders (id BIGINT, item STRING, qty INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT SUM(qty) OVER w AS total FROM orders WINDOW byitem AS (PARTITION BY item ORDER BY ts); -- want
-- good --
CREATE TABLE orders (id BIGINT, item STRING, qty INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT SUM(qty) OVER byitem AS total FROM orders WINDOW byitem AS (PARTITION BY item ORDER BY ts);
