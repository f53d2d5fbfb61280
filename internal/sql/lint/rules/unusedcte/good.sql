CREATE TABLE clicks (user_id STRING, page STRING) WITH ('connector' = 'datagen');
WITH pages AS (SELECT page FROM clicks), users AS (SELECT user_id FROM clicks)
SELECT user_id FROM users UNION ALL SELECT page FROM pages;
