CREATE TABLE clicks (userId STRING, page STRING, userid BIGINT) WITH ('connector' = 'datagen'); -- want
SELECT userId FROM clicks;
