CREATE TABLE clicks (page STRING) WITH ('connector' = 'datagen');
CREATE VIEW pages AS SELECT page, UPPER(page) AS title FROM clicks;
CREATE VIEW lengths (page, length) AS SELECT page, CHAR_LENGTH(page) FROM clicks;
SELECT title FROM pages UNION ALL SELECT page FROM lengths WHERE length > 5;
