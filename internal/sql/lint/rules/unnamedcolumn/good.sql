CREATE TABLE clicks (page STRING) WITH ('connector' = 'datagen');
CREATE VIEW pages AS SELECT page, UPPER(page) AS title FROM clicks;
CREATE VIEW lengths (page, length) AS SELECT page, CHAR_LENGTH(page) FROM clicks;
SELECT pages.page, title, length FROM pages, lengths WHERE pages.page = lengths.page LIMIT 5;
