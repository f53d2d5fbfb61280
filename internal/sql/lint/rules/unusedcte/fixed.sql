CREATE TABLE clicks (user_id STRING, page STRING) WITH ('connector' = 'datagen');
WITH users AS (SELECT user_id FROM clicks)
SELECT user_id FROM users;
