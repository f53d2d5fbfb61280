-- Two results of one stream. AutoStream puts both INSERTs into one Flink job, so that the joins run once.
CREATE TABLE revenue_of_countries (
  country  STRING,
  orders   BIGINT,
  cents    BIGINT,
  PRIMARY KEY (country) NOT ENFORCED
) WITH ('connector' = 'print', 'print-identifier' = 'country');

CREATE TABLE revenue_of_customers (
  customer_id  BIGINT,
  name         STRING,
  orders       BIGINT,
  open_orders  BIGINT,  -- placed and not paid
  cents        BIGINT,
  PRIMARY KEY (customer_id) NOT ENFORCED
) WITH ('connector' = 'print', 'print-identifier' = 'customer');

INSERT INTO revenue_of_countries
SELECT country, COUNT(*) AS orders, SUM(cents) AS cents
FROM sales
GROUP BY country;

INSERT INTO revenue_of_customers
SELECT
  customer_id,
  MAX(name) AS name,
  COUNT(*) AS orders,
  COUNT(*) FILTER (WHERE status = 'placed') AS open_orders,
  SUM(cents) AS cents
FROM sales
GROUP BY customer_id;
