CREATE TABLE clicks (user_id STRING, page STRING) WITH ('connector' = 'datagen');
CREATE TABLE visits (page STRING, user_id STRING) WITH ('connector' = 'blackhole');
INSERT INTO visits (user_id, page) SELECT user_id, page FROM clicks;
INSERT INTO visits SELECT page, user_id FROM clicks;
