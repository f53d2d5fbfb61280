-- flink 2.3
CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE sink (id BIGINT, item STRING) WITH ('connector' = 'print');
INSERT INTO sink SELECT id, item FROM orders ON CONFLICT DO NOTHING; -- want
-- good --
-- flink 2.3
CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE totals (item STRING, n BIGINT, PRIMARY KEY (item) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'totals', 'properties.bootstrap.servers' = 'kafka:9092', 'key.format' = 'json', 'value.format' = 'json');
INSERT INTO totals SELECT item, COUNT(*) FROM orders GROUP BY item, qty ON CONFLICT DO DEDUPLICATE;
