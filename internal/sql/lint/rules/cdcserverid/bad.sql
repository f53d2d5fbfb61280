CREATE TABLE orders (id BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH (
  'connector' = 'mysql-cdc', 'hostname' = 'db', 'username' = 'flink', 'password' = '${PASSWORD}',
  'database-name' = 'shop', 'table-name' = 'orders', 'server-id' = '5400-5403'
);
CREATE TABLE items (id BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ( -- want
  'connector' = 'mysql-cdc', 'hostname' = 'db', 'username' = 'flink', 'password' = '${PASSWORD}',
  'database-name' = 'shop', 'table-name' = 'items', 'server-id' = '5403-5406'
);
SELECT id FROM orders UNION ALL SELECT id FROM items;
