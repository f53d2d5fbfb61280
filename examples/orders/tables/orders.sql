-- Every change of an order is a line of its own: placed, paid, and sometimes cancelled.
CREATE TABLE order_changes (
  order_id     BIGINT,
  customer_id  BIGINT,
  product_id   BIGINT,
  quantity     INT,
  status       STRING,
  changed      TIMESTAMP(3)
) WITH (
  'connector' = 'filesystem',
  'path' = '${DATA}/orders',
  'format' = 'csv',
  'source.monitor-interval' = '1s'
);

-- The last state of every order. Each change of an order updates its row here, and everything computed from it.
CREATE VIEW orders AS
SELECT order_id, customer_id, product_id, quantity, status, changed
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY changed DESC) AS age
  FROM order_changes
)
WHERE age = 1;
