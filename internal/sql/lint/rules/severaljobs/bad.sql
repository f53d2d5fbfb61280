CREATE TABLE clicks (user_id STRING, page STRING) WITH ('connector' = 'datagen');
CREATE TABLE users (user_id STRING) WITH ('connector' = 'blackhole');
CREATE TABLE pages (page STRING) WITH ('connector' = 'blackhole');
INSERT INTO users SELECT user_id FROM clicks;
INSERT INTO pages SELECT page FROM clicks; -- want
