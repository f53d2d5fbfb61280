CREATE TABLE orders (id BIGINT, user_id BIGINT, p AS PROCTIME()) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE users (id BIGINT, name STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://db/shop', 'table-name' = 'users', 'lookup.cache' = 'PARTIAL', 'lookup.partial-cache.max-rows' = '1000');
SELECT /*+ STATE_TTL('o' = 'a day') */ user_id, COUNT(*) AS n FROM orders AS o GROUP BY user_id; -- want "times such as"
SELECT /*+ LOOKUP('table' = 'u', 'max-attempts' = '3') */ o.id, u.name -- want "or none"
FROM orders AS o JOIN users FOR SYSTEM_TIME AS OF o.p AS u ON o.user_id = u.id;
