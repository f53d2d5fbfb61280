CREATE TABLE clicks (user_id STRING, page STRING) WITH ('connector' = 'datagen');
CREATE TABLE archive (page STRING) WITH ('connector' = 'blackhole');
CREATE TEMPORARY VIEW pages AS SELECT page FROM clicks;
INSERT INTO archive SELECT page FROM pages;
