-- flink 1.20
CREATE TABLE clicks (page STRING, qualify STRING) WITH ('connector' = 'datagen'); -- want
SELECT page FROM clicks;
