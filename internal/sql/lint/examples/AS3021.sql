CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE more WITH ('number-of-rows' = '5') -- want
LIKE orders (INCLUDING OPTIONS);
SELECT id FROM more;
-- good --
CREATE TABLE orders (id BIGINT, item STRING, qty INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE more WITH ('number-of-rows' = '5')
LIKE orders (OVERWRITING OPTIONS);
SELECT id FROM more;
