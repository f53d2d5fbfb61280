SET 'execution.runtime-mode' = 'batch';
CREATE TABLE orders (id BIGINT, item STRING, labels MAP<STRING, STRING>) WITH ('connector' = 'filesystem', 'path' = '/data/orders', 'format' = 'json');
SELECT labels, COUNT(*) AS n FROM orders GROUP BY labels; -- want "MAP"
SELECT COUNT(DISTINCT labels) AS n FROM orders; -- want
