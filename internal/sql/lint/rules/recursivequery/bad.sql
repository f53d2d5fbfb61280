CREATE TABLE employees (id BIGINT, boss BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
WITH RECURSIVE reports AS (
  SELECT id FROM employees WHERE boss IS NULL
  UNION ALL
  SELECT e.id FROM employees AS e JOIN reports AS r ON e.boss = r.id
)
SELECT id FROM reports; -- want
