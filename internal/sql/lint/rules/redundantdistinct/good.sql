CREATE TABLE clicks (user_id STRING, page STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT user_id, COUNT(*) AS clicks FROM clicks GROUP BY user_id;
SELECT DISTINCT COUNT(*) AS clicks FROM clicks GROUP BY user_id;
