CREATE TABLE customers (
  customer_id  BIGINT,
  name         STRING,
  country      STRING,
  PRIMARY KEY (customer_id) NOT ENFORCED
) WITH (
  'connector' = 'filesystem',
  'path' = '${DATA}/customers.csv',
  'format' = 'csv'
);
