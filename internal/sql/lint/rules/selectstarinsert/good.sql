CREATE TABLE clicks (user_id STRING, page STRING) WITH ('connector' = 'datagen');
CREATE TABLE archive (user_id STRING, page STRING) WITH ('connector' = 'blackhole');
INSERT INTO archive (user_id, page) SELECT user_id, page FROM clicks;
