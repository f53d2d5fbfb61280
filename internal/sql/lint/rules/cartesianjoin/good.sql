CREATE TABLE orders (id BIGINT, amount INT, country STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE limits (country STRING, amount INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT o.id, l.country FROM orders AS o, limits AS l WHERE o.amount > l.amount AND o.country = l.country;
SELECT o.id FROM orders AS o WHERE amount > (SELECT AVG(amount) FROM limits);
