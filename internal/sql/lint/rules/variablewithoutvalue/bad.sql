CREATE TABLE clicks (page STRING) WITH ('connector' = 'datagen');
SELECT page FROM ${SOURCE}; -- want
