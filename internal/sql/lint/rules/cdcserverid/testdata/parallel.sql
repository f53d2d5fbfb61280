SET 'parallelism.default' = '4';
CREATE TABLE orders (id BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ( -- want "1 server ids for a parallelism of 4"
  'connector' = 'mysql-cdc', 'hostname' = 'db', 'username' = 'flink', 'password' = '${PASSWORD}',
  'database-name' = 'shop', 'table-name' = 'orders', 'server-id' = '5400'
);
SELECT id FROM orders;
