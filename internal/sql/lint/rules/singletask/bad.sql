CREATE TABLE clicks (user_id STRING, page STRING) WITH ('connector' = 'datagen');
CREATE TABLE total (clicks BIGINT) WITH ('connector' = 'print');
INSERT INTO total
SELECT COUNT(*) FROM clicks; -- want
