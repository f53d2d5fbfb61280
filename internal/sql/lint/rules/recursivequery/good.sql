CREATE TABLE employees (id BIGINT, boss BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
WITH heads AS (
  SELECT id FROM employees WHERE boss IS NULL
)
SELECT id FROM heads
UNION ALL
SELECT e.id FROM employees AS e JOIN heads AS h ON e.boss = h.id;
