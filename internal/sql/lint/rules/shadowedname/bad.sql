CREATE TABLE clicks (user_id STRING, page STRING) WITH ('connector' = 'datagen');
CREATE TABLE users (user_id STRING) WITH ('connector' = 'datagen');
WITH users AS (SELECT user_id FROM clicks) -- want
SELECT user_id FROM users;
