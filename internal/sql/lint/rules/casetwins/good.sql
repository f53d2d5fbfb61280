CREATE TABLE clicks (user_id STRING, page STRING, user_number BIGINT) WITH ('connector' = 'datagen');
SELECT user_id FROM clicks;
