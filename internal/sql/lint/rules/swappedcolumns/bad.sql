CREATE TABLE clicks (user_id STRING, page STRING) WITH ('connector' = 'datagen');
CREATE TABLE visits (page STRING, user_id STRING) WITH ('connector' = 'blackhole');
INSERT INTO visits SELECT user_id, page FROM clicks; -- want
