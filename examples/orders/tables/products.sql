CREATE TABLE products (
  product_id  BIGINT,
  title       STRING,
  cents       BIGINT,  -- price of one, tax included
  PRIMARY KEY (product_id) NOT ENFORCED
) WITH (
  'connector' = 'filesystem',
  'path' = '${DATA}/products.csv',
  'format' = 'csv'
);
