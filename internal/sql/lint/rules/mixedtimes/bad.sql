CREATE TABLE clicks (page STRING, ts TIMESTAMP_LTZ(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE visits (page STRING, at_once AS PROCTIME()) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
SELECT page, ts FROM clicks UNION ALL SELECT page, at_once FROM visits; -- want
