CREATE TABLE clicks (page STRING) WITH ('connector' = 'datagen');
CREATE VIEW pages AS SELECT page, UPPER(page) FROM clicks; -- want
SELECT * FROM pages;
