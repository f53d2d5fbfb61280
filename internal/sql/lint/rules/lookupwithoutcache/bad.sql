CREATE TABLE orders (id BIGINT, user_id BIGINT, proc AS PROCTIME()) WITH ('connector' = 'datagen');
CREATE TABLE users (id BIGINT, name STRING) WITH (
  'connector' = 'jdbc', 'url' = 'jdbc:mysql://db/shop', 'table-name' = 'users'
);
SELECT o.id, u.name FROM orders AS o
JOIN users FOR SYSTEM_TIME AS OF o.proc AS u ON o.user_id = u.id; -- want
