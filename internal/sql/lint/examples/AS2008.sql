CREATE TABLE users (id BIGINT, address ROW<city STRING, zip STRING>) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT users.address.town FROM users; -- want
-- good --
CREATE TABLE users (id BIGINT, address ROW<city STRING, zip STRING>) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT users.address.city FROM users;
