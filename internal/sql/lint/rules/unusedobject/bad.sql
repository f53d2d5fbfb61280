CREATE TABLE clicks (user_id STRING, page STRING) WITH ('connector' = 'datagen');
CREATE TABLE archive (user_id STRING) WITH ('connector' = 'blackhole');
CREATE TEMPORARY VIEW pages AS SELECT page FROM clicks; -- want
INSERT INTO archive SELECT user_id FROM clicks;
