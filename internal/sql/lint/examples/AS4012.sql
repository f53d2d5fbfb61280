SET 'execution.runtime-mode' = 'batch';
CREATE TABLE orders (id BIGINT, item STRING) WITH ('connector' = 'kafka', 'topic' = 'orders', 'properties.bootstrap.servers' = 'kafka:9092', 'properties.group.id' = 'shop', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
SELECT id FROM orders; -- want
-- good --
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE orders (id BIGINT, item STRING) WITH ('connector' = 'kafka', 'topic' = 'orders', 'properties.bootstrap.servers' = 'kafka:9092', 'properties.group.id' = 'shop', 'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset', 'format' = 'json');
SELECT id FROM orders;
