CREATE TABLE orders (
  id BIGINT,
  PRIMARY KEY (id) -- want
) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT id FROM orders;
-- good --
CREATE TABLE orders (
  id BIGINT,
  PRIMARY KEY (id) NOT ENFORCED
) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT id FROM orders;
-- fixed --
CREATE TABLE orders (
  id BIGINT,
  PRIMARY KEY (id) NOT ENFORCED
) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT id FROM orders;
