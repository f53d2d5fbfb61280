CREATE TABLE orders (id BIGINT, item STRING, at_place BIGINT METADATA FROM 'offst' VIRTUAL) WITH ('connector' = 'kafka', 'topic' = 'orders', 'properties.bootstrap.servers' = 'kafka:9092', 'properties.group.id' = 'shop', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
SELECT id, at_place FROM orders; -- want
-- good --
CREATE TABLE orders (id BIGINT, item STRING, at_place BIGINT METADATA FROM 'offset' VIRTUAL) WITH ('connector' = 'kafka', 'topic' = 'orders', 'properties.bootstrap.servers' = 'kafka:9092', 'properties.group.id' = 'shop', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
SELECT id, at_place FROM orders;
