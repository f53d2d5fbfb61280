CREATE TABLE clicks (user_id STRING, page STRING) WITH ('connector' = 'datagen');
WITH pages AS (SELECT page FROM clicks), users AS (SELECT user_id FROM clicks) -- want
SELECT user_id FROM users;
