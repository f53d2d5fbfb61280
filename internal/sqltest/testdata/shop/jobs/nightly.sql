SET 'execution.runtime-mode' = 'batch';
CREATE TABLE nightly (customer STRING, total INT) WITH ('connector' = 'print');
INSERT INTO nightly SELECT customer, SUM(part) FROM orders GROUP BY customer;
