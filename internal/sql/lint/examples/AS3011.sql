CREATE TABLE orders (
  id BIGINT,
  twice AS id * 2,
  PRIMARY KEY (twice) NOT ENFORCED -- want
) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT id FROM orders;
-- good --
CREATE TABLE orders (
  id BIGINT,
  twice AS id * 2,
  PRIMARY KEY (id) NOT ENFORCED
) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT id FROM orders;
