-- Revenue per minute, and everything over a hundred.
CREATE TABLE revenue (minute_start TIMESTAMP(3), orders BIGINT, total DECIMAL(38, 2)) WITH (
  'connector' = 'kafka', 'topic' = 'revenue', 'properties.bootstrap.servers' = 'kafka:9092', 'format' = 'json'
);
CREATE TABLE big (id INT, customer STRING, part INT) WITH ('connector' = 'filesystem', 'path' = '/data/large', 'format' = 'csv');
CREATE VIEW large_orders AS SELECT * FROM orders WHERE amount > 100;
BEGIN STATEMENT SET;
INSERT INTO revenue
SELECT window_start, COUNT(*), SUM(amount)
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end;
INSERT INTO big SELECT id, customer, part FROM large_orders;
END;
