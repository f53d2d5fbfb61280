-- A middle amount for each customer, by an aggregate function of our own.
CREATE FUNCTION middle AS 'com.example.Middle';
CREATE TABLE middles (customer STRING, amount DECIMAL(10, 2), PRIMARY KEY (customer) NOT ENFORCED) WITH ('connector' = 'upsert-kafka',
  'topic' = 'middles', 'properties.bootstrap.servers' = 'kafka:9092', 'key.format' = 'json', 'value.format' = 'json');
INSERT INTO middles SELECT customer, middle(amount) FROM orders GROUP BY customer;
