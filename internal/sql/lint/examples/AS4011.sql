CREATE TABLE orders (id BIGINT, item STRING) WITH ('connector' = 'kafka', 'topic' = 'orders', 'properties.bootstrap.servers' = 'kafka:9092', 'properties.group.id' = 'shop', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
CREATE VIEW latest AS SELECT id FROM orders;
SELECT id FROM latest /*+ OPTIONS('scan.startup.mode' = 'latest-offset') */; -- want
-- good --
CREATE TABLE orders (id BIGINT, item STRING) WITH ('connector' = 'kafka', 'topic' = 'orders', 'properties.bootstrap.servers' = 'kafka:9092', 'properties.group.id' = 'shop', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
CREATE VIEW latest AS SELECT id FROM orders /*+ OPTIONS('scan.startup.mode' = 'latest-offset') */;
SELECT id FROM latest;
