CREATE TABLE clicks (user_id STRING, page STRING) WITH ('connector' = 'datagen');
CREATE TABLE users (user_id STRING) WITH ('connector' = 'datagen');
WITH visitors AS (SELECT user_id FROM clicks)
SELECT user_id FROM visitors UNION ALL SELECT user_id FROM users;
