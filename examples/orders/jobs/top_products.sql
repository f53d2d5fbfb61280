-- The three best-selling products of each country, tax taken off by a function of our own.
CREATE TEMPORARY FUNCTION without_tax AS 'com.example.orders.WithoutTax';

CREATE TABLE top_products (
  country  STRING,
  place    BIGINT,
  title    STRING,
  cents    BIGINT,
  PRIMARY KEY (country, place) NOT ENFORCED
) WITH ('connector' = 'print', 'print-identifier' = 'top');

INSERT INTO top_products
SELECT country, place, title, cents
FROM (
  SELECT
    country,
    title,
    cents,
    ROW_NUMBER() OVER (PARTITION BY country ORDER BY cents DESC, title) AS place
  FROM (
    SELECT country, title, SUM(without_tax(cents, country)) AS cents
    FROM sales
    GROUP BY country, title
  )
)
WHERE place <= 3;
