CREATE TABLE customers (name STRING, city STRING, PRIMARY KEY (name) NOT ENFORCED) WITH (
  'connector' = 'jdbc', 'url' = 'jdbc:mysql://db/shop', 'table-name' = 'customers', 'password' = '${DB_PASSWORD:-none}'
);
CREATE TABLE enriched (id INT, city STRING) WITH ('connector' = 'print');
INSERT INTO enriched
SELECT o.id, c.city FROM orders AS o LEFT JOIN customers FOR SYSTEM_TIME AS OF o.arrived AS c ON o.customer = c.name;
