CREATE TABLE clicks (user_id STRING, referrer STRING) WITH ('connector' = 'datagen');
SELECT user_id FROM clicks WHERE referrer = NULL; -- want
SELECT user_id FROM clicks WHERE referrer <> NULL; -- want
