-- com.example.LastOf has accumulate and no retract
CREATE FUNCTION last_of AS 'com.example.LastOf' USING JAR 'libs/functions.jar';
CREATE TABLE orders (id BIGINT, item STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'orders', 'properties.bootstrap.servers' = 'kafka:9092', 'properties.group.id' = 'shop', 'key.format' = 'json', 'value.format' = 'json');
SELECT last_of(item) AS item FROM orders; -- want
-- good --
-- com.example.LastOf has accumulate and no retract
CREATE FUNCTION last_of AS 'com.example.LastOf' USING JAR 'libs/functions.jar';
CREATE TABLE orders (id BIGINT, item STRING) WITH ('connector' = 'kafka', 'topic' = 'orders', 'properties.bootstrap.servers' = 'kafka:9092', 'properties.group.id' = 'shop', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
SELECT last_of(item) AS item FROM orders;
