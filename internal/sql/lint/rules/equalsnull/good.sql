CREATE TABLE clicks (user_id STRING, referrer STRING) WITH ('connector' = 'datagen');
SELECT user_id FROM clicks WHERE referrer IS NULL;
SELECT user_id FROM clicks WHERE referrer IS NOT DISTINCT FROM NULLIF(user_id, '');
