CREATE TABLE orders (id BIGINT, user_id BIGINT, p AS PROCTIME()) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE users (id BIGINT, name STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://db/shop', 'table-name' = 'users', 'lookup.cache' = 'PARTIAL', 'lookup.partial-cache.max-rows' = '1000');
SELECT o.id, u.name FROM orders AS o JOIN users FOR SYSTEM_TIME AS OF o.p AS u ON o.user_id > u.id; -- want
-- good --
CREATE TABLE orders (id BIGINT, user_id BIGINT, p AS PROCTIME()) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE users (id BIGINT, name STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://db/shop', 'table-name' = 'users', 'lookup.cache' = 'PARTIAL', 'lookup.partial-cache.max-rows' = '1000');
SELECT o.id, u.name FROM orders AS o JOIN users FOR SYSTEM_TIME AS OF o.p AS u ON o.user_id = u.id;
