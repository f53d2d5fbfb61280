-- The database lets the job in and never answers a query, as when somebody has locked the table.
CREATE TABLE events (id BIGINT, k BIGINT, ts AS PROCTIME()) WITH ('connector' = 'datagen', 'rows-per-second' = '500', 'fields.k.min' = '0', 'fields.k.max' = '99');
CREATE TABLE users (k BIGINT, name STRING, PRIMARY KEY (k) NOT ENFORCED)
WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://${DATABASE}/shop', 'table-name' = 'users', 'username' = 'reader', 'password' = 'unread');
CREATE TABLE out_rows (a BIGINT, b STRING) WITH ('connector' = 'blackhole');
INSERT INTO out_rows SELECT e.id, u.name FROM events AS e JOIN users FOR SYSTEM_TIME AS OF e.ts AS u ON e.k = u.k;
