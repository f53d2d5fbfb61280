CREATE TABLE orders (id BIGINT, item STRING, qty INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE shipments (id BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE pairs (ordered TIMESTAMP(3), shipped TIMESTAMP(3)) WITH ('connector' = 'print');
INSERT INTO pairs SELECT o.ts, s.ts
FROM orders AS o JOIN shipments AS s ON o.id = s.id AND s.ts BETWEEN o.ts AND o.ts + INTERVAL '1' DAY; -- want
-- good --
CREATE TABLE orders (id BIGINT, item STRING, qty INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE shipments (id BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE pairs (ordered TIMESTAMP(3), shipped TIMESTAMP(3)) WITH ('connector' = 'print');
INSERT INTO pairs SELECT o.ts, CAST(s.ts AS TIMESTAMP(3))
FROM orders AS o JOIN shipments AS s ON o.id = s.id AND s.ts BETWEEN o.ts AND o.ts + INTERVAL '1' DAY;
