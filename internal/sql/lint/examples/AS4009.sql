CREATE TABLE orders (id BIGINT, item STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'kafka', 'topic' = 'orders', 'properties.bootstrap.servers' = 'kafka:9092', 'properties.group.id' = 'shop', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
SELECT id FROM orders; -- want
-- good --
CREATE TABLE orders (id BIGINT, item STRING) WITH ('connector' = 'kafka', 'topic' = 'orders', 'properties.bootstrap.servers' = 'kafka:9092', 'properties.group.id' = 'shop', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
SELECT id FROM orders;
